"""Kubernetes operator for Zeebe, the workflow engine of Camunda 8."""

__version__ = "0.1.0"
