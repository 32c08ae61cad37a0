"""FEEL: expressions of BPMN and DMN, compiled once and evaluated over variables.

Values go in and come out as JSON (`None`, `bool`, `int`, `float`, `str`, lists, objects). Inside,
numbers are decimals of 34 digits, and there are dates, times and durations.
"""

from zeebe_engine.feel.expression import (
    Evaluation,
    Expression,
    FeelError,
    UnaryTests,
    Warning_,
    compile_expression,
    compile_unary_tests,
)

__all__ = [
    "Evaluation",
    "Expression",
    "FeelError",
    "UnaryTests",
    "Warning_",
    "compile_expression",
    "compile_unary_tests",
]
