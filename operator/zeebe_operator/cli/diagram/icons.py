"""The marks inside of events, tasks and gateways, each drawn in a square of 24 around its middle.

Shapes follow the BPMN 2.0 specification.
"""

from math import cos, pi, sin

from zeebe_operator.cli.diagram import ink


def _gear() -> str:
    points = []
    for tooth in range(8):
        for turn, radius in ((-0.28, 8), (-0.18, 11), (0.18, 11), (0.28, 8)):
            angle = (tooth + turn * 0.9) * pi / 4
            points.append(f"{radius * cos(angle):.2f} {radius * sin(angle):.2f}")
    return f"M{' L'.join(points)} Z M3.5 0 A3.5 3.5 0 1 0 -3.5 0 A3.5 3.5 0 1 0 3.5 0 Z"


_ENVELOPE = "M-10 -7 H10 V7 H-10 Z"
_FLAP = "M-10 -7 L0 1.5 L10 -7"

EVENTS = {
    "timerEventDefinition": (
        "M10 0 A10 10 0 1 1 -10 0 A10 10 0 1 1 10 0 Z M0 -6.5 V0 L4.5 2.5"
        " M0 -10 V-8 M0 8 V10 M-10 0 H-8 M8 0 H10"
        " M7.1 -7.1 L5.7 -5.7 M-7.1 -7.1 L-5.7 -5.7 M7.1 7.1 L5.7 5.7 M-7.1 7.1 L-5.7 5.7"
    ),
    "errorEventDefinition": "M-9 9 L-4 -7 L2.5 1.5 L9 -9 L4 8 L-2.5 -1 Z",
    "signalEventDefinition": "M0 -9 L9.5 7 H-9.5 Z",
    "escalationEventDefinition": "M0 -10 L7.5 9 L0 2 L-7.5 9 Z",
    "linkEventDefinition": "M-9 -3.5 H2 V-8 L10 0 L2 8 V3.5 H-9 Z",
    "conditionalEventDefinition": (
        "M-7.5 -9 H7.5 V9 H-7.5 Z M-5 -5.5 H5 M-5 -1.8 H5 M-5 1.8 H5 M-5 5.5 H5"
    ),
    "compensateEventDefinition": "M0 -6.5 L-9.5 0 L0 6.5 Z M9 -6.5 L-0.5 0 L9 6.5 Z",
    "cancelEventDefinition": (
        "M-6.5 -9 L0 -2.5 L6.5 -9 L9 -6.5 L2.5 0 L9 6.5 L6.5 9 L0 2.5 L-6.5 9 L-9 6.5"
        " L-2.5 0 L-9 -6.5 Z"
    ),
    "multiple": "M0 -9.5 L9.5 -2.5 L6 8.5 H-6 L-9.5 -2.5 Z",
    "parallel": "M-2.5 -9 H2.5 V-2.5 H9 V2.5 H2.5 V9 H-2.5 V2.5 H-9 V-2.5 H-2.5 Z",
}

TASKS = {
    "serviceTask": _gear(),
    "userTask": "M4.5 -5.5 A4.5 4.5 0 1 1 -4.5 -5.5 A4.5 4.5 0 1 1 4.5 -5.5 Z"
    " M-9 10 C-9 3 -5 0.5 0 0.5 C5 0.5 9 3 9 10 Z",
    "scriptTask": "M-4 -9.5 H9 C2 -3 10 3 4 9.5 H-9 C-3 3 -10 -3 -4 -9.5 Z"
    " M-3.5 -5.5 H3.5 M-4 -1.8 H3 M-2 1.8 H5 M-3.5 5.5 H3.5",
    "businessRuleTask": "M-10 -8 H10 V8 H-10 Z M-10 -3.5 H10 M-10 2.3 H10 M-4 -3.5 V8"
    " M-10 -5.8 H10",
    "manualTask": "M-10 0 L-4 -8 Q-1.5 -9 -2.5 -5 L-3.5 -3 H8 Q10 -1.5 8 0 H1 H9 Q11 1.6 9 3.2"
    " H1 H8 Q10 4.6 8 6 H1 H6 Q8 7.3 6 8.6 H-5 Q-9 8 -10 4 Z",
}

LOOPS = {
    "multiInstanceLoopCharacteristics": "M-5 -7 V7 M0 -7 V7 M5 -7 V7",
    "sequential": "M-7 -5 H7 M-7 0 H7 M-7 5 H7",
    "standardLoopCharacteristics": "M-3.5 6.5 A7 7 0 1 1 3.5 6.5 M-8 6.8 H-3.3 V2",
    "adHoc": "M-8 2 C-5 -5 -3 -4 0 0 C3 4 5 5 8 -2",
    "isForCompensation": "M0 -6 L-8 0 L0 6 Z M8 -6 L0 0 L8 6 Z",
    "collapsed": "M-7 -7 H7 V7 H-7 Z M0 -4.5 V4.5 M-4.5 0 H4.5",
}

GATEWAYS = {
    "exclusiveGateway": "M-5 -7 L5 7 M5 -7 L-5 7",
    "parallelGateway": "M0 -10 V10 M-10 0 H10",
    "complexGateway": "M0 -10 V10 M-10 0 H10 M-7 -7 L7 7 M7 -7 L-7 7",
}


def event(name: str, x: float, y: float, scale: float, *, filled: bool, stroke: str) -> str:
    """Empty for an event without a definition."""
    if name == "terminateEventDefinition":
        return ink.circle(x, y, 10 * scale, fill=stroke)
    if name == "messageEventDefinition":
        return envelope(x, y, scale, filled=filled, stroke=stroke)
    if name not in EVENTS:
        return ""
    solid = filled and name not in ("timerEventDefinition", "conditionalEventDefinition")
    line = ink.path(EVENTS[name], fill=stroke if solid else "none", stroke_linejoin="round")
    return ink.placed(x, y, scale, line, stroke=stroke, stroke_width=1.3 / scale)


def envelope(x: float, y: float, scale: float, *, filled: bool, stroke: str) -> str:
    body = ink.path(_ENVELOPE, fill=stroke if filled else ink.FILL)
    flap = ink.path(_FLAP, fill="none", stroke=ink.FILL if filled else stroke)
    return ink.placed(x, y, scale, body, flap, stroke=stroke, stroke_width=1.2 / scale)


def line(d: str, x: float, y: float, scale: float, stroke: str, width: float) -> str:
    """Outlined; `width` is that of the pen, in pixels."""
    drawn = ink.path(d, fill="none", stroke_linejoin="round")
    return ink.placed(x, y, scale, drawn, stroke=stroke, stroke_width=width / scale)
