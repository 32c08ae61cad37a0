"""The control port: faults and other disturbances, for tests alone."""
