"""One command at a time: the state and a command give events, then the state takes the events."""
