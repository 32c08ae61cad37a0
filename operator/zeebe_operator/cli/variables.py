"""Variables from the command line: --var NAME=VALUE, and whole files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zeebe_operator.cli.cluster import CommandError, UsageError


def gathered(pairs: Sequence[str], file: str | None) -> dict[str, Any]:
    """What is given by name wins over the file. Raises CommandError; it shows no value."""
    return {**(_file(Path(file)) if file else {}), **dict(_pair(each) for each in pairs)}


def _pair(text: str) -> tuple[str, Any]:
    """The value is JSON if it reads as JSON, else it is a text."""
    name, separator, value = text.partition("=")
    if not (name and separator):
        raise UsageError("--var: write NAME=VALUE, for example --var total=120")
    try:
        return name, json.loads(value, parse_constant=_refuse)
    except ValueError:
        return name, value


def _file(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise CommandError(f"--vars-file: {path}: {error.strerror}") from None
    except ValueError:
        raise CommandError(f"--vars-file: {path} is not JSON") from None
    if not isinstance(content, dict):
        raise CommandError(f"--vars-file: {path} must hold a JSON object")
    return content


def _refuse(name: str) -> None:
    """NaN and Infinity, which Python knows and JSON does not."""
    raise ValueError(name)
