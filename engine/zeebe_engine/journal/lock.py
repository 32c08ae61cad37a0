"""One process for each directory of data; the lock goes with the process, however that ends."""

import fcntl
import os
from pathlib import Path

from zeebe_engine.journal.errors import JournalError


class DirectoryLock:
    """Makes the directory if need be. Raises JournalError, also when it cannot be written."""

    def __init__(self, directory: Path) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            text = f"{directory} cannot be used for data: {error.strerror}. Give another directory."
            raise JournalError(text) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = f"{directory} is in use by another zeebe-engine{self._owner()}."
            os.close(self._file)
            raise JournalError(f"{text} End that one, or give another directory.") from None
        os.truncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._file)

    def _owner(self) -> str:
        owner = os.pread(self._file, 20, 0).decode(errors="replace")
        return f" (process {owner})" if owner else ""
