"""What an administrator looks at: metrics, probes and logs."""
