"""The words and signs of a text, and where they stand."""

import re
from typing import NamedTuple

LONGEST_TEXT = 64 * 1024
_WORDS = "if then else for in return some every satisfies and or between instance function"
_LITERALS = "true false null"
KEYWORDS = frozenset(f"{_WORDS} {_LITERALS}".split())
_TOKEN = re.compile(
    r"""
      (?P<space>  (?: \s+ | //[^\n]* | /\*.*?\*/ )+ )
    | (?P<number> (?: [0-9]+ (?: \.[0-9]+ )? | \.[0-9]+ ) (?: [eE][-+]?[0-9]+ )? )
    | (?P<string> "(?: [^"\\] | \\. )*" )
    | (?P<name>   [^\W\d]\w* | \? )
    | (?P<quoted> `[^`]+` )
    | (?P<open>   /\* | ["`] )
    | (?P<sign>   \.\. | \*\* | <= | >= | != | [-+*/=<>(){}\[\],.:@] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


class FeelError(Exception):
    """The text cannot be parsed; says where and why."""


class Token(NamedTuple):
    """`kind`: name, number, string, end, or the keyword or sign itself. `at`: its offset."""

    kind: str
    text: str
    at: int

    @property
    def is_word(self) -> bool:
        return self.kind == "name" or self.kind in KEYWORDS


def error(source: str, at: int, words: str) -> FeelError:
    line, column = source.count("\n", 0, at) + 1, at - source.rfind("\n", 0, at)
    return FeelError(f"{words} (line {line}, column {column})")


def tokens(source: str) -> list[Token]:
    """With an `end` at the end. Raises FeelError."""
    if len(source) > LONGEST_TEXT:
        raise FeelError(f"an expression has at most {LONGEST_TEXT} characters, not {len(source)}")
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup == "open":
            raise error(source, at, f"unexpected or unclosed '{source[at]}'")
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), match[0], at))
        at = match.end()
    return [*found, Token("end", "", at)]


def _token(group: str, text: str, at: int) -> Token:
    if group == "string":
        return Token(group, _unescaped(text[1:-1]), at)
    if group == "quoted":
        return Token("name", text[1:-1], at)
    return Token(text if group == "sign" or text in KEYWORDS else group, text, at)


def _unescaped(text: str) -> str:
    """An unknown escape stays as it is: `\\d` is written so in patterns."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_character, text)
    # Two halves of a pair become one character; what is only half becomes the replacement.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2]
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _ESCAPED.get(escape[3], escape[0])
