"""A place for one server by itself: its processes and a temporary directory, which end together."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack import home
from devstack.errors import StartError
from devstack.processes import Processes


@contextmanager
def place() -> Iterator[tuple[Processes, Path]]:
    """Nothing of it is left at the end, but the logs of a failed start."""
    directory = home.temporary()
    processes = Processes()
    keep_logs = False
    try:
        processes.remove_at_end(directory)
        yield processes, directory
    except StartError:
        keep_logs = True
        with contextlib.suppress(StartError):  # the keeper is gone, too
            processes.remove_at_end(None)
        raise
    finally:
        processes.end()
        home.remove(directory, keep_logs=keep_logs)
