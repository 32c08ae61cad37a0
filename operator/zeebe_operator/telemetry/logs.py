"""How log lines look. Nobody logs a user's values, and kopf does not get to log whole objects."""

import logging
import sys
from collections.abc import Callable, Mapping

from pythonjsonlogger.json import JsonFormatter

_QUIET = ("kopf", "aiohttp", "asyncio", "grpc", "urllib3")
"""Libraries that would log whole objects, or every request, at lower levels."""


def configure(log_format: str, level: str) -> None:
    """Everything goes to stderr; `log_format` is json or console."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_json() if log_format == "json" else _console())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # Some lines for each attempt while the collector is away, and headers that are malformed.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    if root.level > logging.DEBUG:
        # Two lines a second while the API server is away; we say it once, and what kopf dies of.
        logging.getLogger("kopf").setLevel(logging.CRITICAL)


def add_fields(fields: Callable[[], Mapping[str, str]]) -> None:
    """To every line from now on; lines for a terminal do not show them."""

    def add(record: logging.LogRecord) -> bool:
        record.__dict__.update(fields())
        return True

    for handler in logging.getLogger().handlers:
        handler.addFilter(add)


def _json() -> logging.Formatter:
    return JsonFormatter(
        "{asctime}{levelname}{name}{message}",
        style="{",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )


def _console() -> logging.Formatter:
    return logging.Formatter("{asctime} {levelname:<7} {message}", style="{", datefmt="%H:%M:%S")
