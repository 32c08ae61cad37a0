"""Where the parser stands in a text: the next word, names of several words, and the limits."""

from collections.abc import Callable, Container
from typing import TypeVar

from zeebe_engine.feel import lexer
from zeebe_engine.feel.lexer import FeelError, Token

DEEPEST = 150
"""Levels of nesting; a chain of operators counts as nested, for it is evaluated so."""
LONGEST_NAME = 4
"""Words of `years and months duration`."""
T = TypeVar("T")


class Cursor:
    """`inputs`: how often `?` was read. `extra`: words for which the code takes longer."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = lexer.tokens(source)
        self.position = 0
        self.depth = 0
        self.extra = 0
        self.inputs = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def ahead(self, count: int) -> Token:
        return self.tokens[min(self.position + count, len(self.tokens) - 1)]

    def at(self, *kinds: str) -> bool:
        return self.token.kind in kinds

    def take(self) -> Token:
        token = self.token
        self.position += token.kind != "end"
        return token

    def accept(self, kind: str) -> bool:
        found = self.at(kind)
        self.position += found
        return found

    def expect(self, *kinds: str) -> Token:
        if not self.at(*kinds):
            raise self.unexpected(" or ".join(kinds))
        return self.take()

    def unexpected(self, wanted: str) -> FeelError:
        found = f"'{self.token.text}'" if self.token.text else "the end"
        return lexer.error(self.source, self.token.at, f"expected {wanted} but found {found}")

    def deepen(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            words = f"an expression is nested at most {DEEPEST} levels deep"
            raise lexer.error(self.source, self.token.at, words)

    def weight(self, since: int) -> int:
        """Steps that code is worth: one, and one more for every 16 words."""
        return 1 + (self.position + self.extra - since) // 16

    def several(self, read: Callable[[], T], end: str) -> list[T]:
        """With commas between them."""
        found: list[T] = []
        while not self.accept(end):
            if found:
                self.expect(",")
            found.append(read())
        return found

    def words(self, count: int) -> str:
        """The next words as one name; empty if there are not so many."""
        some = self.tokens[self.position : self.position + count]
        return " ".join(word.text for word in some) if all(word.is_word for word in some) else ""

    def known_name(self, names: Container[str], before: str = "") -> str:
        """The longest of these names that stands here (`before` that sign); empty if none."""
        for count in range(LONGEST_NAME, 0, -1):
            name = self.words(count)
            if name in names and (not before or self.ahead(count).kind == before):
                self.position += count
                return name
        return ""

    def name_before_colon(self) -> str | None:
        """A key, or the name of an argument; it may have several words."""
        count = 0
        while self.ahead(count).is_word:
            count += 1
        if count == 0 or self.ahead(count).kind != ":":
            return None
        name = self.words(count)
        self.position += count + 1
        return name
