"""The demo behind `make demo`.

Everything in it is real: the API server, the broker, the operator as a process with the shipped
role. Each claim of the story is checked against the broker's own records; one that does not hold
ends the demo with an error. Nothing is left running, however it ends.
"""
