"""The REST v2 surface: bodies to commands, answers and problem reports back. Nothing is decided here."""
