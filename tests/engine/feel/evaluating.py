"""Short ways to evaluate a text in a test."""

from datetime import UTC, datetime
from typing import Any

from zeebe_engine.feel import compile_expression, compile_unary_tests

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def value(text: str, **variables: Any) -> Any:
    """As JSON. At `NOW`."""
    return compile_expression(text).evaluate(variables, NOW).value


def kind(text: str, **variables: Any) -> str:
    return compile_expression(text).evaluate(variables, NOW).type


def warnings(text: str, **variables: Any) -> list[tuple[str, str]]:
    return [tuple(warning) for warning in compile_expression(text).evaluate(variables).warnings]  # type: ignore[misc]


def matches(tests: str, given: Any, **variables: Any) -> bool:
    return compile_unary_tests(tests).matches(given, variables, NOW)
