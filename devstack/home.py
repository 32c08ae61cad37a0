"""The directory of one run, and how it goes away: for a failed start, all but its logs."""

import os
import shutil
import tempfile
from pathlib import Path


def temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="zeebe-operator-"))


def remove(directory: Path, *, keep_logs: bool) -> None:
    """With keep_logs all but the files that end in .log."""
    if not keep_logs:
        shutil.rmtree(directory, ignore_errors=True)
        return
    for folder, folders, files in os.walk(directory, topdown=False):  # follows no links
        for name in files:
            if not name.endswith(".log"):
                Path(folder, name).unlink(missing_ok=True)
        for path in (Path(folder, name) for name in folders):
            if path.is_symlink():
                path.unlink()
            elif not any(path.iterdir()):
                path.rmdir()
