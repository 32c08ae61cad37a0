"""A BPMN text, drawn as SVG from its own diagram data. Pure: bytes in, text out."""

from zeebe_operator.cli.diagram.drawing import svg

__all__ = ["svg"]
