"""Decisions: a DMN file as a model, and its evaluation with FEEL."""
