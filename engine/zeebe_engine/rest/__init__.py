"""The REST v2 surface: bodies to commands, answers and problems back. It decides nothing."""
