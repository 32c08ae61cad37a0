"""Where the parser stands in a text: the word before it, names of several words, and the limits.

Nesting is bounded, for the text comes from outside.
"""

from collections.abc import Container

from zeebe_engine.feel import lexer
from zeebe_engine.feel.lexer import FeelError, Token

DEEPEST = 150


class Cursor:
    """`inputs`: how often the value that is tested, `?`, was named."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = lexer.tokens(source)
        self.position = 0
        self.depth = 0
        self.extra_weight = 0
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
            raise self.unexpected(" or ".join(f"'{kind}'" for kind in kinds))
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
        """Steps that code is worth: one, and one more for every 16 words. `since`: of `mark`."""
        return 1 + (self.mark() - since) // 16

    def mark(self) -> int:
        return self.position + self.extra_weight

    def words(self, count: int) -> str:
        """The next words as one name; empty if there are not so many."""
        some = self.tokens[self.position : self.position + count]
        return " ".join(word.text for word in some) if all(word.is_word for word in some) else ""

    def known_name(self, names: Container[str], longest: int, before: str = "") -> str:
        """The longest of these names that stands here (`before` that sign); empty if none."""
        for count in range(longest, 0, -1):
            words = self.words(count)
            if words in names and (not before or self.ahead(count).kind == before):
                self.position += count
                return words
        return ""

    def name_before_colon(self) -> str | None:
        end = self.position
        while self.tokens[end].is_word:
            end += 1
        if end == self.position or self.tokens[end].kind != ":":
            return None
        name = self.words(end - self.position)
        self.position = end + 1
        return name
