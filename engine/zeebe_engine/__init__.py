"""The local engine: speaks the protocol of a Zeebe gateway and executes BPMN. It is not Zeebe."""

__version__ = "0.1.0"
