"""From a text to code: operators by their strength, everything else by its first word."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from zeebe_engine.feel import decimals, evaluate, functions, lexer, lists, temporal
from zeebe_engine.feel.cursor import Cursor
from zeebe_engine.feel.functions import BUILTINS, Argument
from zeebe_engine.feel.run import Code
from zeebe_engine.feel.temporal import Months
from zeebe_engine.feel.values import KINDS, Function, Range

POWER_WEIGHT = 100
"""A power takes as long as so many words."""
_LONGEST_NAME = max(len(name.split()) for name in BUILTINS)
_STRENGTHS = {"or": 1, "and": 2, "+": 4, "-": 4, "*": 5, "/": 5, "**": 6} | dict.fromkeys(
    ("=", "!=", "<", "<=", ">", ">=", "in", "between", "instance"), 3
)
_ADDITION, _UNARY = 3, 6
"""An operand has to be stronger than this."""
_TYPES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "days and time duration": (timedelta,),
    "years and months duration": (Months,),
    "range": (Range,),
    "function": (Function,),
    "any": tuple(kind for kind in KINDS if kind is not type(None)),
}
_CONSTANTS = {"true": True, "false": False, "null": None}
_AFTER = ") ] } , end then else return satisfies and or = != < <= > >= * / **"
_NO_START = frozenset(_AFTER.split())
"""What no expression starts with: a bracket before it closes a range, as in `[1..5[`."""


class Parser(Cursor):
    """Each method takes the words of one construct. All raise FeelError."""

    # Operators

    def expression(self, weaker: int = 0) -> Code:
        """Of operators that are stronger than `weaker`."""
        depth = self.depth
        self.deepen()
        left = self.operand()
        while _STRENGTHS.get(self.token.kind, 0) > weaker:
            self.deepen()
            left = self.operation(left)
        self.depth = depth
        return left

    def operation(self, left: Code) -> Code:
        sign = self.take().kind
        match sign:
            case "and" | "or":
                right = self.expression(_STRENGTHS[sign])
                return evaluate.junction(left, right, decisive=sign == "or")
            case "=":
                return evaluate.equality(left, self.expression(_ADDITION))
            case "!=":
                return evaluate.inequality(left, self.expression(_ADDITION))
            case "in":
                return lists.about(left, self.membership())
            case "between":
                start = self.expression(_ADDITION)
                self.expect("and")
                return evaluate.between(left, start, self.expression(_ADDITION))
            case "instance":
                return evaluate.instance(left, self.type_name())
            case "<" | "<=" | ">" | ">=":
                return evaluate.comparison(sign, left, self.expression(_ADDITION))
        self.extra_weight += POWER_WEIGHT if sign == "**" else 0
        return evaluate.arithmetic(sign, left, self.expression(_STRENGTHS[sign]))

    def type_name(self) -> tuple[type, ...]:
        if self.take().text != "of":
            raise self.unexpected("'of' and a type")
        name = self.known_name(_TYPES, _LONGEST_NAME)
        if not name:
            raise self.unexpected(f"one of the types {', '.join(_TYPES)}")
        return _TYPES[name]

    # Operands

    def operand(self) -> Code:
        code = self.start()
        while True:
            if self.accept("."):
                code = lists.path(code, self.property_name())
            elif self.at("[") and self.ahead(1).kind not in _NO_START:
                self.take()
                since = self.mark()
                condition = self.expression()
                self.expect("]")
                code = lists.filter_(code, condition, self.weight(since))
            elif self.at("("):
                code = functions.call_value(code, "", self.arguments())
            else:
                return code
            self.deepen()

    def start(self) -> Code:
        name = self.known_name(BUILTINS, _LONGEST_NAME, before="(")
        if name:
            return functions.call_builtin(name, self.arguments())
        handler = _STARTS.get(self.token.kind)
        if handler is None:
            raise self.unexpected("an expression")
        return handler(self)

    def property_name(self) -> str:
        if self.known_name(("time offset",), 2):
            return "time offset"
        if not self.token.is_word:
            raise self.unexpected("the name of an entry")
        return self.take().text

    def arguments(self) -> list[Argument]:
        """In parentheses; all by position or all by name."""
        self.expect("(")
        found: list[Argument] = []
        while not self.accept(")"):
            if found:
                self.expect(",")
            name = self.name_before_colon()
            if found and (found[0][0] is None) is not (name is None):
                raise self.unexpected("arguments all by position, or all by name")
            found.append((name, self.expression()))
        return found

    def number(self) -> Code:
        return evaluate.constant(decimals.from_number(self.take().text))

    def string(self) -> Code:
        return evaluate.constant(self.take().text)

    def constant(self) -> Code:
        return evaluate.constant(_CONSTANTS[self.take().kind])

    def name(self) -> Code:
        text = self.take().text
        self.inputs += text == lists.INPUT
        if self.at("("):
            return functions.call_value(lambda scope: scope.find(text), text, self.arguments())
        return evaluate.name(text)

    def minus(self) -> Code:
        self.take()
        return evaluate.negative(self.expression(_UNARY))

    def literal(self) -> Code:
        """`@"2026-01-31"`."""
        self.take()
        text = self.expect("string").text
        try:
            return evaluate.constant(temporal.parse(text))
        except (ValueError, OverflowError) as failure:
            words = f"'{text}' is no date, time or duration"
            raise lexer.error(self.source, self.token.at, words) from failure

    # Brackets

    def group(self) -> Code:
        self.take()
        inner = self.expression()
        if self.at(".."):
            return self.range_from(inner, start_included=False)
        self.expect(")")
        return inner

    def range_from(self, start: Code, *, start_included: bool) -> Code:
        self.expect("..")
        end = self.expression(_ADDITION)
        closed = self.expect("]", ")", "[").kind == "]"
        return evaluate.interval(start, end, start_included=start_included, end_included=closed)

    def open_range(self) -> Code:
        """`]1..5]`."""
        self.take()
        return self.range_from(self.expression(_ADDITION), start_included=False)

    def list_or_range(self) -> Code:
        self.take()
        if self.accept("]"):
            return evaluate.list_of([])
        items = [self.expression()]
        if self.at(".."):
            return self.range_from(items[0], start_included=True)
        while self.accept(","):
            items.append(self.expression())
        self.expect("]")
        return evaluate.list_of(items)

    def context(self) -> Code:
        self.take()
        entries: list[tuple[str, Code]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            entries.append((self.key(), self.expression()))
        return evaluate.context(entries)

    def key(self) -> str:
        if self.at("string"):
            text = self.take().text
            self.expect(":")
            return text
        name = self.name_before_colon()
        if name is None:
            raise self.unexpected("a key and ':'")
        return name

    # Words

    def condition(self) -> Code:
        self.take()
        test = self.expression()
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return evaluate.condition(test, then, self.expression())

    def iterations(self) -> list[lists.Iteration]:
        found: list[lists.Iteration] = []
        while not found or self.accept(","):
            name = self.expect("name").text
            self.expect("in")
            first = self.expression()
            found.append((name, first, self.expression() if self.accept("..") else None))
        return found

    def loop(self) -> Code:
        self.take()
        iterations = self.iterations()
        self.expect("return")
        start, since = self.position, self.mark()
        body = self.expression()
        partial = any(token.text == "partial" for token in self.tokens[start : self.position])
        return lists.loop(iterations, body, self.weight(since), partial=partial)

    def quantifier(self) -> Code:
        some = self.take().kind == "some"
        iterations = self.iterations()
        self.expect("satisfies")
        since = self.mark()
        return lists.quantifier(iterations, self.expression(), self.weight(since), some=some)

    def function(self) -> Code:
        self.take()
        self.expect("(")
        parameters: list[str] = []
        while not self.accept(")"):
            if parameters:
                self.expect(",")
            parameters.append(self.expect("name").text)
        since = self.mark()
        return evaluate.function(tuple(parameters), self.expression(), self.weight(since))

    # Tests of a value that is given

    def test(self, weaker: int = 0) -> Code:
        """`> 5`, `[1..5]`, `"a"`, or an expression that may name the value `?`."""
        if self.at(*evaluate.ORDERS):
            return lists.order_test(self.take().kind, self.expression(_ADDITION))
        start, inputs = self.position, self.inputs
        return self.value_test(self.expression(weaker), start, inputs)

    def value_test(self, code: Code, start: int, inputs: int) -> Code:
        literal = self.position == start + 1 and self.tokens[start].kind in _CONSTANTS
        return lists.value_test(code, literal=literal, reads_input=self.inputs > inputs)

    def tests(self, found: list[Code], end: str) -> Code:
        while not found or self.accept(","):
            found.append(self.test())
        self.expect(end)
        return lists.any_of(found)

    def membership(self) -> Code:
        """What stands right of `in`: one test, or several in parentheses."""
        if not self.accept("("):
            return self.test(_ADDITION)
        if self.at(*evaluate.ORDERS):
            return self.tests([], ")")
        start, inputs = self.position, self.inputs
        first = self.expression()
        if self.at(".."):
            first = self.range_from(first, start_included=False)
            return self.value_test(first, start, inputs)
        return self.tests([self.value_test(first, start, inputs)], ")")

    # Whole texts

    def whole_expression(self) -> Code:
        code = self.expression()
        self.expect("end")
        return code

    def whole_tests(self) -> Code:
        """Nothing and `-` accept every value."""
        if self.at("end") or (self.at("-") and self.ahead(1).kind == "end"):
            return evaluate.constant(value=True)
        if self.token.text == "not" and self.ahead(1).kind == "(":
            self.position += 2
            tests = self.tests([], ")")
            if self.at("end"):
                return lists.none_of(tests)
            self.position = 0  # it was the beginning of an expression: `not(a) or b`
        return self.tests([], "end")


_STARTS: Mapping[str, Callable[[Parser], Code]] = {
    "number": Parser.number,
    "string": Parser.string,
    "name": Parser.name,
    "@": Parser.literal,
    "-": Parser.minus,
    "(": Parser.group,
    "[": Parser.list_or_range,
    "]": Parser.open_range,
    "{": Parser.context,
    "if": Parser.condition,
    "for": Parser.loop,
    "some": Parser.quantifier,
    "every": Parser.quantifier,
    "function": Parser.function,
} | dict.fromkeys(_CONSTANTS, Parser.constant)
