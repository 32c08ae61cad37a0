"""What a search asks for, as a test of one document. What is wrong with it is INVALID_ARGUMENT."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from zeebe_engine.engine.refusals import Refusal, Status
from zeebe_engine.reading.fields import Collection, Document, Field, comparable

Test = Callable[[Document], bool]
Check = Callable[[Any], bool]
VariablesOf = Callable[[Document], Iterable[Document]]

MOST_ALTERNATIVES: Final = 100
LONGEST_PATTERN: Final = 1000
_EQUAL: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"$eq": operator.eq, "$neq": operator.ne}
_ORDERED: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}
_ANY: Final = frozenset({"$eq", "$neq", "$exists", "$in"})
_OPERATORS: Final[Mapping[str, frozenset[str]]] = {
    "text": _ANY | {"$notIn", "$like"},
    "optional": _ANY | {"$notIn", "$like"},
    "word": _ANY | {"$notIn", "$like"},
    "key": _ANY | {"$notIn"},
    "integer": _ANY | set(_ORDERED),
    "date": _ANY | set(_ORDERED),
}
_TYPES: Final[Mapping[str, type[int | bool]]] = {"integer": int, "flag": bool}
_STRING: Final = Field("text")
_FLAG: Final = Field("flag")


def invalid(text: str) -> Refusal:
    return Refusal(Status.INVALID_ARGUMENT, text)


def compiled(
    asked: Mapping[str, Any], of: Collection, minor: int, variables_of: VariablesOf
) -> Test:
    """Every condition must hold. `variables_of`: of a process instance. Raises Refusal."""
    tests = []
    for name, value in asked.items():
        field = of.known(minor).get(name)
        if field is not None and field.is_filtered:
            tests.append(_of_field(name, value, field, minor))
        elif name == "$or" and minor >= of.alternatives:
            tests.append(_any_of(value, of, minor, variables_of))
        elif name == "variables" and of.name == "process-instances":
            tests.append(_of_variables(value, minor, variables_of))
        elif name in of.not_done:
            raise invalid(f"The local engine does not filter {of.name} by {name}.")
        else:
            raise _unknown(name)
    return lambda document: all(test(document) for test in tests)


def _unknown(name: str) -> Refusal:
    return invalid(f"Request property [filter.{name}] cannot be parsed: it is unknown.")


def _any_of(value: Any, of: Collection, minor: int, variables_of: VariablesOf) -> Test:
    alternatives = _list("$or", value)
    if len(alternatives) > MOST_ALTERNATIVES or not all(isinstance(v, dict) for v in alternatives):
        raise invalid(f"The filter $or must be a list of at most {MOST_ALTERNATIVES} objects.")
    if any("$or" in alternative for alternative in alternatives):
        raise invalid("The filter $or cannot be within another one.")
    tests = [compiled(alternative, of, minor, variables_of) for alternative in alternatives]
    return lambda document: any(test(document) for test in tests)


def _of_variables(value: Any, minor: int, variables_of: VariablesOf) -> Test:
    """Each is somewhere in the instance, with that value (JSON, as it is told)."""
    wanted = [_variable(one, minor) for one in _list("variables", value)]

    def test(document: Document) -> bool:
        found = list(variables_of(document))
        return all(any(is_it(one) for one in found) for is_it in wanted)

    return test


def _variable(value: Any, minor: int) -> Test:
    if not isinstance(value, dict) or set(value) != {"name", "value"}:
        raise invalid("The filter variables must be a list of objects with name and value.")
    name = _typed("variables.name", value["name"], _STRING)
    check = _check("variables.value", value["value"], _STRING, minor)
    return lambda one: bool(one["name"] == name) and check(one["value"])


def _of_field(name: str, value: Any, field: Field, minor: int) -> Test:
    if field.kind == "texts":
        wanted = [_typed(name, one, _STRING) for one in _list(name, value)]
        return lambda document: all(one in document[name] for one in wanted)
    check = _check(name, value, field, minor)
    return lambda document: check(document[name])


def _check(name: str, value: Any, field: Field, minor: int) -> Check:
    """Of the field's value: equal to a plain one, or all that the object's operators say."""
    if not isinstance(value, dict):
        return _operation(name, "$eq", value, field)
    allowed = _OPERATORS.get(field.kind, frozenset()) if minor >= field.advanced else frozenset()
    if unknown := set(value) - allowed:
        raise _unknown(f"{name}.{min(unknown)}")
    checks = [_operation(name, operator, one, field) for operator, one in value.items()]
    return lambda found: all(check(found) for check in checks)


def _operation(name: str, operator: str, value: Any, field: Field) -> Check:
    if operator == "$exists":
        exists = _typed(name, value, _FLAG)
        return lambda found: (found is not None) == exists
    if operator in ("$in", "$notIn"):
        several = {_typed(name, one, field) for one in _list(name, value)}
        return lambda found: (found in several) == (operator == "$in")
    if operator == "$like":
        text = _typed(name, value, _STRING)
        if len(text) > LONGEST_PATTERN:
            raise invalid(f"The filter {name} has more than {LONGEST_PATTERN} characters.")
        pattern = like(text)
        return lambda found: found is not None and pattern.fullmatch(found) is not None
    wanted = _typed(name, value, field)
    if operator in _EQUAL:
        return lambda found: bool(_EQUAL[operator](found, wanted))
    return lambda found: found is not None and bool(_ORDERED[operator](found, wanted))


def like(text: str) -> re.Pattern[str]:
    """`*` is anything, `?` one character, a backslash makes either of them plain.

    What stands between two `*` is looked for once (an atomic group), so that no pattern is slow.
    """
    pieces = [""]
    for part in re.findall(r"\\.|.", text, re.DOTALL):
        if part == "*":
            pieces.append("")
        else:
            pieces[-1] += "." if part == "?" else re.escape(part[-1])
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    inner = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1])
    return re.compile(f"{pieces[0]}{inner}.*{pieces[-1]}", re.DOTALL)


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise invalid(f"The filter {name} must be a list.")
    return value


def _typed(name: str, value: Any, field: Field) -> Any:
    """As documents hold it. A key is a decimal text, a date is one of ISO 8601. Raises Refusal."""
    try:
        value = msgspec.convert(value, _TYPES.get(field.kind, str))
    except msgspec.ValidationError as error:
        raise invalid(f"The filter {name} cannot be parsed: {error}") from None
    if field.kind == "key" and not re.fullmatch(r"-?[0-9]{1,19}", value):
        raise invalid(f"The filter {name} must be a key: a decimal number in a string.")
    if field.words and value not in field.words:
        raise invalid(f"The filter {name} must be one of {', '.join(sorted(field.words))}.")
    if field.kind != "date":
        return value
    try:
        return comparable(value)
    except (ValueError, OverflowError):
        raise invalid(f"The filter {name} must be a date and time of ISO 8601.") from None
