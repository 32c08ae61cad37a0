"""Kubernetes operator for Zeebe, the workflow engine of Camunda 8."""
