"""From a text to code: operators by their strength, everything else by its first word."""

from collections.abc import Callable
from functools import partial

from zeebe_engine.feel import evaluate, functions, lexer, lists, temporal, values
from zeebe_engine.feel.arithmetic import OPERATORS
from zeebe_engine.feel.cursor import Cursor
from zeebe_engine.feel.functions import BUILTINS, Argument
from zeebe_engine.feel.run import Code
from zeebe_engine.feel.values import KINDS, Value

_STRENGTHS = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_RELATION, _UNARY = 3, 6
"""What compares is weaker than what reckons; a sign before an operand binds it the strongest."""
_OPERATIONS: dict[str, Callable[..., Value]] = {
    "=": evaluate.equality,
    "!=": evaluate.inequality,
    "and": partial(evaluate.junction, decisive=False),
    "or": partial(evaluate.junction, decisive=True),
    **{sign: partial(evaluate.comparison, sign) for sign in evaluate.ORDERS},
    **{sign: partial(evaluate.arithmetic, meaning) for sign, meaning in OPERATORS.items()},
}
_RELATIONS = frozenset(("=", "!=", "in", "between", "instance", *evaluate.ORDERS))
_POWER_WORDS = 1_000
"""A power takes as long as so many words."""
_TYPE_NAMES = frozenset(("any", *(kind.type_name for kind in KINDS.values())))
_CONSTANTS = ("true", "false", "null")
_AFTER = ") ] } , end then else return satisfies and or = != < <= > >= * / **"
_NO_START = frozenset(_AFTER.split())
"""What no expression starts with: a bracket before it closes a range, as in `[1..5[`."""


def constant(value: Value) -> Code:
    return lambda _: value


class Parser(Cursor):
    """Each method reads one construct. All raise FeelError."""

    def expression(self, weaker: int = 0) -> Code:
        """Of operators that are stronger than `weaker`."""
        depth = self.depth
        self.deepen()
        left = self.operand()
        while self.strength() > weaker:
            self.deepen()
            left = self.operation(left, self.strength())
        self.depth = depth
        return left

    def strength(self) -> int:
        kind = self.token.kind
        return _RELATION if kind in _RELATIONS else _STRENGTHS.get(kind, 0)

    def operation(self, left: Code, strength: int) -> Code:
        sign = self.take().kind
        match sign:
            case "in":
                return partial(lists.about, left, self.membership())
            case "instance":
                return partial(evaluate.instance, left, self.type_name())
            case "between":
                start = self.expression(_RELATION)
                self.expect("and")
                return partial(evaluate.between, left, start, self.expression(_RELATION))
        self.extra += _POWER_WORDS if sign == "**" else 0
        return partial(_OPERATIONS[sign], left, self.expression(strength))

    def type_name(self) -> str:
        if self.take().text != "of":
            raise self.unexpected("'of' and a type")
        name = self.known_name(_TYPE_NAMES)
        if not name:
            raise self.unexpected(f"one of the types {', '.join(sorted(_TYPE_NAMES))}")
        return name

    def operand(self) -> Code:
        name = self.known_name(BUILTINS, before="(")
        code = functions.call_builtin(name, self.arguments()) if name else self.start()
        while True:
            if self.accept("."):
                code = partial(lists.path, code, self.property_name())
            elif self.at("[") and self.ahead(1).kind not in _NO_START:
                self.take()
                condition, weight = self.weighed()
                self.expect("]")
                code = partial(lists.filter_, code, condition, weight)
            elif self.at("("):
                code = functions.call_value("", code, self.arguments())
            else:
                return code
            self.deepen()

    def start(self) -> Code:
        """What the first word or sign says."""
        read = _STARTS.get(self.token.kind)
        if read is None:
            raise self.unexpected("an expression")
        return read(self, self.take().text)

    def weighed(self) -> tuple[Code, int]:
        """An expression, and the steps that it is worth."""
        since = self.position + self.extra
        return self.expression(), self.weight(since)

    def property_name(self) -> str:
        if self.token.is_word:
            return self.known_name(("time offset",)) or self.take().text
        raise self.unexpected("the name of an entry")

    def arguments(self) -> list[Argument]:
        """All by position, or all by name."""
        self.expect("(")
        found = self.several(lambda: (self.name_before_colon(), self.expression()), ")")
        if len({name is None for name, _ in found}) > 1:
            raise self.unexpected("arguments all by position, or all by name")
        return found

    def name(self, text: str) -> Code:
        self.inputs += text == lists.INPUT
        if self.at("("):
            return functions.call_value(text, lambda scope: scope.find(text), self.arguments())
        return partial(evaluate.name, text)

    def literal(self) -> Code:
        """`@"2026-01-31"`."""
        text = self.expect("string").text
        try:
            return constant(temporal.parse(text))
        except (ValueError, OverflowError) as failure:
            words = f"'{text}' is no date, time or duration"
            raise lexer.error(self.source, self.token.at, words) from failure

    def group(self) -> Code:
        inner = self.expression()
        if self.at(".."):
            return self.range_from(inner, open_start=True)
        self.expect(")")
        return inner

    def list_or_range(self) -> Code:
        if self.accept("]"):
            return partial(evaluate.list_of, [])
        first = self.expression()
        if self.at(".."):
            return self.range_from(first, open_start=False)
        if self.accept("]"):
            return partial(evaluate.list_of, [first])
        self.expect(",")
        return partial(evaluate.list_of, [first, *self.several(self.expression, "]")])

    def range_from(self, start: Code, *, open_start: bool) -> Code:
        self.expect("..")
        end = self.expression(_RELATION)
        open_end = self.expect("]", ")", "[").kind != "]"
        return partial(evaluate.interval, start, end, open_start=open_start, open_end=open_end)

    def entry(self) -> tuple[str, Code]:
        key = self.name_before_colon()
        if key is None:
            key = self.expect("string").text
            self.expect(":")
        return key, self.expression()

    def condition(self) -> Code:
        test = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return partial(evaluate.condition, test, then, self.expression())

    def iteration(self) -> lists.Iteration:
        name = self.expect("name").text
        self.expect("in")
        first = self.expression()
        return name, first, self.expression() if self.accept("..") else None

    def loop(self) -> Code:
        iterations = self.several(self.iteration, "return")
        start = self.position
        body, weight = self.weighed()
        reads = any(token.text == "partial" for token in self.tokens[start : self.position])
        return partial(lists.loop, iterations, body, weight, partial=reads)

    def quantifier(self, text: str) -> Code:
        iterations = self.several(self.iteration, "satisfies")
        return partial(lists.quantifier, iterations, *self.weighed(), some=text == "some")

    def function(self) -> Code:
        self.expect("(")
        names = self.several(lambda: self.expect("name").text, ")")
        return partial(evaluate.function, names, *self.weighed())

    def test(self, weaker: int = 0) -> Code:
        """`> 5`, `[1..5]`, `"a"`, or an expression that may name the tested value `?`."""
        if self.at(*evaluate.ORDERS):
            return partial(lists.order_test, self.take().kind, self.expression(_RELATION))
        start, inputs = self.position, self.inputs
        return self.value_test(self.expression(weaker), start, inputs)

    def value_test(self, code: Code, start: int, inputs: int) -> Code:
        literal = self.position == start + 1 and self.tokens[start].kind in _CONSTANTS
        reads = self.inputs > inputs
        return partial(lists.value_test, code, literal=literal, reads_input=reads)

    def membership(self) -> Code:
        """What stands right of `in`: one test, or several in parentheses."""
        if not self.accept("("):
            return self.test(_RELATION)
        start, inputs = self.position, self.inputs
        if self.at(*evaluate.ORDERS):
            return partial(lists.any_of, self.several(self.test, ")"))
        first = self.expression()
        if self.at(".."):
            return self.value_test(self.range_from(first, open_start=True), start, inputs)
        tests = [self.value_test(first, start, inputs)]
        if not self.accept(")"):
            self.expect(",")
            tests += self.several(self.test, ")")
        return partial(lists.any_of, tests)

    def whole_expression(self) -> Code:
        code = self.expression()
        self.expect("end")
        return code

    def whole_tests(self) -> Code:
        """Nothing and `-` accept every value."""
        if self.at("end") or (self.at("-") and self.ahead(1).kind == "end"):
            return constant(value=True)
        if self.token.text == "not" and self.ahead(1).kind == "(":
            self.position += 2
            tests = partial(lists.any_of, self.several(self.test, ")"))
            if self.at("end"):
                return partial(evaluate.negation, tests)
            self.position = 0  # it was the beginning of an expression: `not(a) or b`
        return partial(lists.any_of, self.several(self.test, "end"))


_STARTS: dict[str, Callable[[Parser, str], Code]] = {
    "number": lambda _, text: constant(values.number(text)),
    "string": lambda _, text: constant(text),
    "true": lambda *_: constant(value=True),
    "false": lambda *_: constant(value=False),
    "null": lambda *_: constant(None),
    "name": Parser.name,
    "-": lambda parser, _: partial(evaluate.negative, parser.expression(_UNARY)),
    "@": lambda parser, _: parser.literal(),
    "(": lambda parser, _: parser.group(),
    "[": lambda parser, _: parser.list_or_range(),
    "]": lambda parser, _: parser.range_from(parser.expression(_RELATION), open_start=True),
    "{": lambda parser, _: partial(evaluate.context, parser.several(parser.entry, "}")),
    "if": lambda parser, _: parser.condition(),
    "for": lambda parser, _: parser.loop(),
    "some": Parser.quantifier,
    "every": Parser.quantifier,
    "function": lambda parser, _: parser.function(),
}
