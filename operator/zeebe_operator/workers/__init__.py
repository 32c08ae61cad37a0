"""Runs the job workers: one pump for each ZeebeJobWorker. Knows no resources, only assignments."""
