"""Decisions: a DMN file as a model, and its evaluation with FEEL."""

from zeebe_engine.dmn.errors import DmnError
from zeebe_engine.dmn.evaluation import evaluate
from zeebe_engine.dmn.outcome import Evaluated, Outcome
from zeebe_engine.dmn.reader import read

__all__ = ["DmnError", "Evaluated", "Outcome", "evaluate", "read"]
