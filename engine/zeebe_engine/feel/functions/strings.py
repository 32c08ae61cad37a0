"""Builtin functions on strings. Patterns come from outside: they and their input are bounded."""

import base64
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from zeebe_engine.feel.run import Run
from zeebe_engine.feel.values import section

_LONGEST_PATTERN = 500
_LONGEST_INPUT = 10_000
_FLAGS = re.compile("[ims]*")


@lru_cache(maxsize=500)
def _compiled(pattern: str, flags: str) -> Any:
    """By RE2: the time that it takes grows with the input alone, whatever the pattern is."""
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"the pattern has more than {_LONGEST_PATTERN} characters")
    if not _FLAGS.fullmatch(flags):
        raise ValueError(f"the flags are '{flags}', and only i, m and s are known")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"(?{flags}){pattern}" if flags else pattern, options)
    except re2.error as error:
        raise ValueError(f"the pattern cannot be used: {error.args[0].decode()}") from error


def _found(string: str, pattern: str, flags: str | None = None) -> list[Any]:
    if len(string) > _LONGEST_INPUT:
        raise ValueError(f"the string has more than {_LONGEST_INPUT} characters")
    return list(_compiled(pattern, flags or "").finditer(string))


def _split(string: str, delimiter: str) -> list[str]:
    spans = [(0, 0), *(match.span() for match in _found(string, delimiter))]
    ends = [start for start, _ in spans[1:]]
    return [string[a:b] for (_, a), b in zip(spans, [*ends, len(string)], strict=True)]


def _replace(run: Run, string: str, pattern: str, replacement: str, flags: str = "") -> str:
    """`$1` in the replacement is what the first group matched."""
    pieces, at = [], 0
    template = re.split(r"\$([0-9])", replacement)
    for match in _found(string, pattern, flags):
        groups = [match[int(number)] or "" for number in template[1::2]]
        text = "".join(
            plain + group for plain, group in zip(template[::2], [*groups, ""], strict=True)
        )
        run.charge(text)
        pieces += [string[at : match.start()], text]
        at = match.end()
    return "".join(pieces) + string[at:]


def _join(run: Run, items: list[Any], delimiter: str | None = "", *ends: str | None) -> str:
    """Null items are left out."""
    texts = [item for item in items if item is not None]
    run.spend((len(delimiter or "") * len(texts) + sum(map(len, texts))) >> 4)
    prefix, suffix = (*ends, "", "")[:2]
    return (prefix or "") + (delimiter or "").join(texts) + (suffix or "")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "substring(string:s, start position:n, length:n?)": lambda s, *part: s[section(len(s), *part)],
    "string length(string:s)": len,
    "upper case(string:s)": str.upper,
    "lower case(string:s)": str.lower,
    "trim(string:s)": str.strip,
    "is blank(string:s)": lambda string: not string.strip(),
    "contains(string:s, match:s)": lambda string, match: match in string,
    "starts with(string:s, match:s)": str.startswith,
    "ends with(string:s, match:s)": str.endswith,
    "substring before(string:s, match:s)": lambda s, match: s[: max(s.find(match), 0)],
    "substring after(string:s, match:s)": lambda s, match: (
        s[s.find(match) + len(match) :] if match in s else ""
    ),
    "matches(input:s, pattern:s, flags:s?)": lambda *of: bool(_found(*of)),
    "extract(string:s, pattern:s)": lambda *of: [match[0] for match in _found(*of)],
    "split(string:s, delimiter:s)": _split,
    "replace(run, input:s, pattern:s, replacement:s, flags:s?)": _replace,
    "string join(run, list:l, delimiter:s?, prefix:s?, suffix:s?)": _join,
    "to base64(value:s)": lambda value: base64.b64encode(value.encode()).decode(),
}
