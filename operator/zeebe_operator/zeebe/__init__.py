"""The only room that speaks gRPC: model values in, model values or model errors out."""

import os

# Its core writes past the log, and reads how much when it is imported: every import is below here.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
