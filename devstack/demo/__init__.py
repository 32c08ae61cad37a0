"""The demo behind `make demo`.

The API server is real, the engine is the local one, and the operator is a process with the shipped
role. Each claim of the story is checked against the engine's own records; one that does not hold
ends the demo with an error. Nothing is left running, however it ends.
"""
