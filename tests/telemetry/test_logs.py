"""How log lines look, and who is kept quiet."""

import json
import logging
from collections.abc import Iterator

import pytest

from zeebe_operator.telemetry import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Afterwards logging is as it was."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs._QUIET}
    yield
    root.handlers[:], root.level = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


Capture = pytest.CaptureFixture[str]


def test_json_lines_are_for_machines(capsys: Capture) -> None:
    logs.configure("json", "info")
    logging.getLogger("zeebe_operator.x").info("%s is %s", "a", "b", extra={"reason": "Deployed"})
    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["level"], line["logger"], line["reason"]) == (
        "a is b",
        "INFO",
        "zeebe_operator.x",
        "Deployed",
    )
    assert line["time"]


def test_console_lines_are_for_people(capsys: Capture) -> None:
    logs.configure("console", "info")
    logging.getLogger("zeebe_operator.x").warning("look")
    assert capsys.readouterr().err.endswith(" WARNING look\n")


@pytest.mark.parametrize(("level", "shown"), [("debug", True), ("info", False), ("error", False)])
def test_the_level_is_that_of_our_own_lines(capsys: Capture, level: str, shown: bool) -> None:
    logs.configure("console", level)
    logging.getLogger("zeebe_operator.x").debug("detail")
    assert ("detail" in capsys.readouterr().err) is shown


def test_kopf_does_not_repeat_what_we_say_once(capsys: Capture) -> None:
    logs.configure("json", "info")
    logging.getLogger("kopf.clients").error("Request attempt #1/9 failed")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("library", ["kopf.objects", "aiohttp.client", "asyncio", "grpc"])
def test_libraries_that_log_whole_objects_stay_quiet(capsys: Capture, library: str) -> None:
    logs.configure("json", "debug")
    logging.getLogger(library).info("c4n4ry")
    logging.getLogger(library).debug("c4n4ry")
    assert capsys.readouterr().err == ""
    logging.getLogger(library).warning("trouble")
    assert "trouble" in capsys.readouterr().err
