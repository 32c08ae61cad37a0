"""Builtin functions on strings. Patterns come from outside: they and their input are bounded."""

import base64
import re
import warnings
from decimal import Decimal
from functools import lru_cache

from zeebe_engine.feel.functions.arguments import section
from zeebe_engine.feel.run import Run

_LONGEST_PATTERN = 500
_LONGEST_INPUT = 10_000
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
_ATOM = r"(?:\[[^\]]*\]|\\.|[^()\[\]\\|])"
_EXPLOSIVE = re.compile(rf"\((?:\?:)?(?:{_ATOM}[*?])*{_ATOM}[*+](?:{_ATOM}[*?])*\)[*+{{]")
"""A repeated group that can match one text in many ways, such as `(a+)+` and `(\\w+\\s?)*`."""


@lru_cache(maxsize=500)
def _compiled(pattern: str, flags: str) -> re.Pattern[str]:
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError(f"the pattern has more than {_LONGEST_PATTERN} characters")
    if _EXPLOSIVE.search(pattern):
        raise ValueError("the pattern repeats what is repeated: that can take forever")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern, sum((_FLAGS[flag] for flag in set(flags)), re.NOFLAG))


def _matches(string: str, pattern: str, flags: str | None = None) -> list[re.Match[str]]:
    if len(string) > _LONGEST_INPUT:
        raise ValueError(f"the string has more than {_LONGEST_INPUT} characters")
    return list(_compiled(pattern, flags or "").finditer(string))


def substring(string: str, start_position: Decimal, length: Decimal | None = None) -> str:
    return string[section(len(string), start_position, length)]


def string_length(string: str) -> Decimal:
    return Decimal(len(string))


def upper_case(string: str) -> str:
    return string.upper()


def lower_case(string: str) -> str:
    return string.lower()


def substring_before(string: str, match: str) -> str:
    before, found, _ = string.partition(match) if match else ("", "", "")
    return before if found else ""


def substring_after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


def contains(string: str, match: str) -> bool:
    return match in string


def starts_with(string: str, match: str) -> bool:
    return string.startswith(match)


def ends_with(string: str, match: str) -> bool:
    return string.endswith(match)


def trim(string: str) -> str:
    return string.strip()


def is_blank(string: str) -> bool:
    return not string.strip()


def to_base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def matches(input_: str, pattern: str, flags: str | None = None) -> bool:
    """Anywhere in the input."""
    return bool(_matches(input_, pattern, flags))


def extract(string: str, pattern: str) -> list[str]:
    return [match[0] for match in _matches(string, pattern)]


def split(string: str, delimiter: str) -> list[str]:
    """The delimiter is a pattern."""
    ends = [match.span() for match in _matches(string, delimiter)]
    starts = [0, *(end for _, end in ends)]
    return [string[a:b] for a, b in zip(starts, [*(b for b, _ in ends), None], strict=True)]


def replace(run: Run, input_: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """`$1` in the replacement is what the first group matched."""
    parts, at = [], 0
    for match in _matches(input_, pattern, flags):
        text = re.sub(r"\$([0-9])", lambda number, m=match: m[int(number[1])] or "", replacement)  # type: ignore[misc]
        run.charge(text)
        parts += [input_[at : match.start()], text]
        at = match.end()
    return "".join(parts) + input_[at:]


def string_join(
    run: Run,
    list_: list[str | None],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str:
    """Null items are left out."""
    items = [item for item in list_ if item is not None]
    run.spend((len(delimiter or "") * len(items) + sum(map(len, items))) >> 4)
    return (prefix or "") + (delimiter or "").join(items) + (suffix or "")
