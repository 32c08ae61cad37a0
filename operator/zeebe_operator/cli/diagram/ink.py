"""SVG elements as text. The only place that writes a tag: names and values are escaped here."""

from html import escape

STROKE = "#22242a"
FILL = "#ffffff"


def tag(name: str, *children: str, **attributes: str | float | None) -> str:
    """Underscores in names stand for hyphens; numbers are in pixels; None leaves one out."""
    told = "".join(
        f' {key.strip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{''.join(children)}</{name}>" if children else f"<{name}{told}/>"


def path(d: str, **attributes: str | float | None) -> str:
    return tag("path", d=d, **attributes)


def circle(x: float, y: float, radius: float, **attributes: str | float | None) -> str:
    return tag("circle", cx=x, cy=y, r=radius, **attributes)


def placed(x: float, y: float, scale: float, *children: str, **attributes: str | float) -> str:
    """Children that are drawn around their own origin, moved and scaled."""
    return tag("g", *children, transform=f"translate({x:g} {y:g}) scale({scale:g})", **attributes)


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else f"{round(value, 2):g}"
