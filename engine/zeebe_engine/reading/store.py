"""The documents in memory, by collection and key, and by the process instance they belong to."""

from collections import deque
from collections.abc import Iterator
from typing import Final

from zeebe_engine.reading.catalogue import COLLECTIONS
from zeebe_engine.reading.fields import Collection, Document

Documents = dict[str, dict[str, Document]]
_INSTANCES: Final = "process-instances"


class Store:
    """`ended_limit`: how many ended process instances are kept; the oldest go with all they had."""

    def __init__(self, ended_limit: int) -> None:
        self.documents: Documents = {name: {} for name in COLLECTIONS}
        self.ended: deque[str] = deque()
        self._ended_limit = ended_limit
        self._members: dict[str, list[tuple[str, str]]] = {}

    def clear(self) -> None:
        for documents in self.documents.values():
            documents.clear()
        self.ended.clear()
        self._members.clear()

    def load(self, documents: Documents, ended: list[str]) -> None:
        for name, collection in COLLECTIONS.items():
            for key, document in documents[name].items():
                self.add(collection, key, document)
        self.ended.extend(ended)

    def get(self, collection: str, key: str | None) -> Document | None:
        return self.documents[collection].get(key) if key else None

    def add(self, collection: Collection, key: str, document: Document) -> None:
        self.documents[collection.name][key] = document
        if instance := document.get("processInstanceKey"):
            self._members.setdefault(instance, []).append((collection.name, key))

    def variables_of(self, process_instance: Document) -> Iterator[Document]:
        return self.of_instance(process_instance["processInstanceKey"], "variables")

    def of_instance(self, instance: str, collection: str) -> Iterator[Document]:
        for name, key in self._members.get(instance, ()):
            if name == collection:
                yield self.documents[name][key]

    def family(self, instance: str) -> Iterator[str]:
        """The process instance, those that it called, and so on."""
        open_ends = [instance]
        while open_ends:
            if document := self.get(_INSTANCES, open_ends.pop()):
                yield document["processInstanceKey"]
                open_ends += document["called"]

    def end(self, instance: str) -> None:
        self.ended.append(instance)
        while len(self.ended) > self._ended_limit:
            for name, key in self._members.pop(self.ended.popleft(), ()):
                del self.documents[name][key]
