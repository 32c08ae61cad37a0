"""The only room that speaks to the Kubernetes API server (kopf's own watches aside)."""
