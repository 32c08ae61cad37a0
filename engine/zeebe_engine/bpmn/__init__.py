"""BPMN as a model: what can be executed, and refusals in words of what cannot."""

from zeebe_engine.bpmn.errors import BpmnError
from zeebe_engine.bpmn.reader import read

__all__ = ["BpmnError", "read"]
