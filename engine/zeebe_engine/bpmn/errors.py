"""What is wrong with a model: gathered by element, then told at once."""

from typing import Final

LONGEST_BLOCK: Final = 400
LONGEST_EXPLANATION: Final = 4_000
"""Characters: an explanation travels in a trailer of gRPC, which has 8 KiB."""


class BpmnError(Exception):
    """A file that is not deployed. The text is the engine's explanation, with a leading newline."""

    def __init__(self, resource_name: str, reason: str) -> None:
        super().__init__(f"\n'{resource_name}': {reason}")


class Faults:
    """Reading goes on after a fault, so that all of them are told; nothing read is used then."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, None]] = {}

    def __len__(self) -> int:
        """How many elements are faulty."""
        return len(self._texts)

    def add(self, path: str, text: str) -> None:
        """`path`: the element's id, or where in it: `task > extensionElements > taskDefinition`."""
        self._texts.setdefault(path, {})[text] = None

    def explanation(self) -> str:
        """A block for each element, in the order in which they were found (form seen on 8.2)."""
        blocks: list[str] = []
        for path, texts in self._texts.items():
            errors = "".join(f"\n    - ERROR: {text}" for text in texts)
            blocks.append(_cut(f"- Element: {path}{errors}"))
            if sum(map(len, blocks)) > LONGEST_EXPLANATION:
                break
        left = len(self) - len(blocks)
        return "\n".join(blocks) + (f"\n... and {left} more elements" if left else "")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_BLOCK else f"{text[:LONGEST_BLOCK]}..."
