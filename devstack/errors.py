"""Everything that can go wrong here, as one tree. __main__ turns each into one sentence on stderr.

DevstackError
├── MissingToolError      go is not there, or too old
├── BuildError            a part could not be built or fetched
│   └── DiskFullError     no room for it
├── StartError            a process died or did not become ready
│   └── PortTakenError    somebody took its port in between: tried again with another
├── NotPartOfThisRunError the environment was started without an engine, or a node
├── ControlError          the engine does not let itself be disturbed
├── ReplayError           a journal does not give the state that its engine ended with
├── RecordTimeoutError    the engine did not do what was waited for
├── KubectlError          kubectl said no
├── HelmError             helm said no
└── ReleaseError          the repository is not ready for that tag
"""


class DevstackError(Exception):
    """The message is one sentence for the person at the terminal."""


class MissingToolError(DevstackError):
    pass


class BuildError(DevstackError):
    pass


class DiskFullError(BuildError):
    pass


class StartError(DevstackError):
    pass


class PortTakenError(StartError):
    pass


class NotPartOfThisRunError(DevstackError):
    pass


class ControlError(DevstackError):
    pass


class ReplayError(DevstackError):
    pass


class RecordTimeoutError(DevstackError):
    pass


class KubectlError(DevstackError):
    """The message is what kubectl wrote to stderr."""


class HelmError(DevstackError):
    """Helm said no; the message is what it wrote."""


class ReleaseError(DevstackError):
    """The message says which file says what."""
