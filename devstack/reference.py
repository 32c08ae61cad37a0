"""`python -m devstack.reference`: the API reference in docs/, a page for each kind, from the CRDs.

Tests compare what is committed with what the CRDs say.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "reference"

Schema = Mapping[str, Any]

_HEAD = """\
# {kind}: all fields

`{group}/{version}`, short name `{short}`. {description}

What it is for and how it behaves is on [its page](../kinds/{singular}.md). In a terminal:
`kubectl explain {singular}.spec`. `make generate` writes this page from
[`crds/{plural}.yaml`](../../crds/{plural}.yaml).

`[]` stands for each item of a list, `{{}}` for each value of a map. The API server refuses what
breaks a rule, and says which one.
"""
_TABLE = """
## {title}

{description}
{rules}
| field | type | default | rules | meaning |
|---|---|---|---|---|
{rows}
"""
_UNBOUNDED = {"int32", "int64"}
_RULES = "x-kubernetes-validations"


def pages() -> dict[Path, str]:
    """What each page has to hold."""
    crds = (yaml.safe_load(path.read_text()) for path in sorted((ROOT / "crds").glob("*.yaml")))
    return {_path(crd): _page(crd) for crd in crds}


def write() -> None:
    for path, text in pages().items():
        path.write_text(text)


def fields(schema: Schema, path: str = "") -> Iterator[tuple[str, Schema, Schema]]:
    """Every field below a schema: its path, itself, and the schema that it is a property of."""
    for name, field in schema.get("properties", {}).items():
        here = f"{path}.{name}" if path else name
        yield here, field, schema
        yield from fields(*_inside(field, here))


def _inside(field: Schema, path: str) -> tuple[Schema, str]:
    """Where the next names are: in the field, or in the items or values that it holds."""
    if "items" in field:
        return _inside(field["items"], f"{path}[]")
    values = field.get("additionalProperties")
    return _inside(values, f"{path}{{}}") if isinstance(values, Mapping) else (field, path)


def _path(crd: Schema) -> Path:
    return PAGES / f"{crd['spec']['names']['singular']}.md"


def _page(crd: Schema) -> str:
    names, [version] = crd["spec"]["names"], crd["spec"]["versions"]
    schema = version["schema"]["openAPIV3Schema"]
    head = _HEAD.format(
        kind=names["kind"],
        plural=names["plural"],
        singular=names["singular"],
        short=names["shortNames"][0],
        group=crd["spec"]["group"],
        version=version["name"],
        description=_text(schema["description"]),
    )
    return head + "".join(_table(name, schema["properties"][name]) for name in ("spec", "status"))


def _table(title: str, schema: Schema) -> str:
    rules = [f"- {message}" for message in _messages(schema)]
    return _TABLE.format(
        title=title,
        description=_text(schema["description"]),
        rules="\n" + "\n".join(rules) + "\n" if rules else "",
        rows="\n".join(_row(*found) for found in fields(schema)),
    )


def _row(path: str, field: Schema, parent: Schema) -> str:
    name = path.rpartition(".")[2].removesuffix("[]").removesuffix("{}")
    rules = [*_presence(name, parent), *_limits(field), *_messages(field), *_of_items(field)]
    default = _code(field["default"]) if "default" in field else ""
    meaning = _text(field.get("description", ""))
    cells = (_code(path), _type(field), default, "; ".join(rules), meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _type(field: Schema) -> str:
    if field.get("x-kubernetes-int-or-string"):
        return "string or integer"
    if "items" in field:
        return f"list of {_type(field['items'])}"
    if isinstance(values := field.get("additionalProperties"), Mapping):
        return f"map of {_type(values)}"
    if field.get("x-kubernetes-preserve-unknown-fields"):
        return f"{field.get('type', 'any JSON')}, free-form"
    kind = str(field["type"])
    form = field.get("format")
    return f"{kind} ({form})" if form and form not in _UNBOUNDED else kind


def _presence(name: str, parent: Schema) -> Iterator[str]:
    if name in parent.get("required", ()):
        yield "required"
    if any(_fixes(rule) == f".{name}" for rule in parent.get(_RULES, ())):
        yield "immutable"


def _fixes(rule: Schema) -> str | None:
    """The field that a rule keeps as it was."""
    return rule.get("fieldPath") if "oldSelf" in rule["rule"] else None


def _limits(field: Schema) -> Iterator[str]:
    if "enum" in field:
        yield "one of " + ", ".join(_code(value) for value in field["enum"])
    yield from _range(field, ("minimum", "maximum"), "")
    yield from _range(field, ("minLength", "maxLength"), " characters")
    yield from _range(field, ("minItems", "maxItems"), " items")
    yield from _range(field, ("minProperties", "maxProperties"), " entries")
    if field.get("x-kubernetes-list-type") == "set":
        yield "no item twice"
    if "pattern" in field:
        yield f"pattern {_code(field['pattern'])}"


def _range(field: Schema, names: tuple[str, str], unit: str) -> Iterator[str]:
    low, high = (field.get(name) for name in names)
    match low, high:
        case None, None:
            return
        case _, None:
            yield f"at least {low}{unit}"
        case None, _:
            yield f"at most {high}{unit}"
        case _:
            yield f"{low} to {high}{unit}"


def _messages(field: Schema) -> Sequence[str]:
    """What the API server answers to who breaks a rule; immutability is told at its field."""
    return [_text(rule["message"]) for rule in field.get(_RULES, ()) if not _fixes(rule)]


def _of_items(field: Schema) -> Iterator[str]:
    """Items and values have no row of their own."""
    inner = field.get("items") or field.get("additionalProperties")
    if isinstance(inner, Mapping):
        yield from (f"each: {rule}" for rule in (*_limits(inner), *_messages(inner)))


def _code(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _text(words: str) -> str:
    """Nothing in it is meant as HTML."""
    return " ".join(words.split()).replace("<", "\\<")


if __name__ == "__main__":
    write()
