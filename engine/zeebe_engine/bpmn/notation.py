"""An element of the XML as readers see it: by local names, with the place where its faults go."""

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from zeebe_engine import markup
from zeebe_engine.bpmn.errors import Faults

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"


def not_executed(what: str) -> str:
    """The words for valid BPMN that this engine does not know."""
    return f"{what} is not executed by the local engine; see its documentation for what is"


@dataclass(frozen=True, slots=True)
class Node:
    """`path` names it in faults: the id of an element of the process, or where below one it is."""

    xml: ET.Element
    path: str
    faults: Faults

    @property
    def kind(self) -> str:
        return markup.local(self.xml.tag)

    @property
    def id(self) -> str:
        return self.attribute("id")

    @property
    def text(self) -> str:
        return (self.xml.text or "").strip()

    def fault(self, text: str) -> None:
        self.faults.add(self.path, text)

    def attribute(self, name: str) -> str:
        """ "": absent or blank."""
        return self.xml.get(name, "").strip()

    def required(self, name: str) -> str:
        """An attribute whose absence is a fault."""
        found = self.attribute(name)
        if not found:
            self.fault(f"Attribute '{name}' must be present and not empty")
        return found

    def claims(self, name: str, *, default: bool = False) -> bool:
        """An attribute of xsd:boolean."""
        return self.attribute(name) in {"true", "1"} if self.attribute(name) else default

    def named(self, xml: ET.Element) -> "Node":
        """An element that faults call by its own id."""
        return Node(xml, xml.get("id", "").strip() or markup.local(xml.tag), self.faults)

    def below(self, xml: ET.Element) -> "Node":
        return Node(xml, f"{self.path} > {markup.local(xml.tag)}", self.faults)

    def absent(self, kind: str) -> "Node":
        """Stands in for what is not there: empty, and nobody hears of its faults."""
        return Node(ET.Element(kind), self.path, Faults())

    def children(self, kind: str) -> list["Node"]:
        return [self.below(one) for one in self.xml.iterfind(f"{BPMN}{kind}")]

    def parts(self, kind: str) -> list["Node"]:
        """`zeebe:<kind>` directly within."""
        return [self.below(one) for one in self.xml.iterfind(f"{ZEEBE}{kind}")]

    def extensions(self, kind: str) -> list["Node"]:
        """`zeebe:<kind>` in its extensionElements."""
        return [one for holder in self.children("extensionElements") for one in holder.parts(kind)]

    def extension(self, kind: str) -> "Node":
        """At most one is allowed."""
        found = self.extensions(kind)
        if len(found) > 1:
            self.fault(f"Must have at most one 'zeebe:{kind}' extension element")
        return found[0] if found else self.absent(kind)

    def only(self, kind: str) -> "Node":
        """The extension whose absence is a fault."""
        found = self.extensions(kind)
        if len(found) != 1:
            self.fault(f"Must have exactly one 'zeebe:{kind}' extension element")
        return found[0] if found else self.absent(kind)
