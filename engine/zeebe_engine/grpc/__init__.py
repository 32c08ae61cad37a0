"""The gRPC surface: messages to commands, answers and refusals back. Nothing is decided here."""

import os

# Its core writes past the log, and reads how much when it is imported: every import is below here.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
