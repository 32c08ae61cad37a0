"""FEEL: expressions of BPMN and DMN, compiled once and evaluated over variables.

Values go in and come out as JSON (`None`, `bool`, `int`, `float`, `str`, lists, objects). Inside,
numbers are decimals of 34 digits, and there are dates, times and durations.
"""

from zeebe_engine.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from zeebe_engine.feel.lexer import FeelError
from zeebe_engine.feel.run import Warning_

__all__ = [
    "Evaluation",
    "Expression",
    "FeelError",
    "UnaryTests",
    "Warning_",
    "compile_expression",
    "compile_unary_tests",
]
