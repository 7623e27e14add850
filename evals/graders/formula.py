"""The formula language of multi graders: + - * / ^, parentheses and eight functions.

`^` binds tighter than a minus sign and to the right (-2^2 is -4). Never Python's own parser:
there `^` is XOR. A formula is kept in postfix order, so a long sum needs no recursion.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from labeling.errors import DomainError
from labeling.language import gettext as _

MAX_CHARACTERS = 4096
MAX_DEPTH = 64
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>[-+*/^(),]))",
    re.ASCII,
)
# sign -> (binding power, power asked of the right side, name of the operation)
_BINARY = {
    "+": (1, 2, "add"),
    "-": (1, 2, "subtract"),
    "*": (3, 4, "multiply"),
    "/": (3, 4, "divide"),
    "^": (7, 6, "power"),
}
_MINUS_POWER = 5
_ANY_ARITY = frozenset({"min", "max"})
FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
}
OPERATORS: dict[str, Callable[..., float]] = {
    "add": lambda left, right: left + right,
    "subtract": lambda left, right: left - right,
    "multiply": lambda left, right: left * right,
    "divide": lambda left, right: left / right,
    "power": lambda left, right: left**right,
    "negate": lambda value: -value,
}


class FormulaError(DomainError):
    """The formula cannot be read, or has no finite real value here."""


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: float


@dataclass(frozen=True, slots=True)
class Variable:
    """The score of a sub-grader, by its key."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function over the last `arity` values."""

    name: str
    arity: int


Operation = Number | Variable | Call


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula in postfix order."""

    text: str
    operations: tuple[Operation, ...]

    @property
    def names(self) -> frozenset[str]:
        """The sub-graders it reads."""
        return frozenset(each.name for each in self.operations if isinstance(each, Variable))

    def evaluate(self, values: Mapping[str, float]) -> float:
        """The value for these scores; FormulaError when it is not a finite real number."""
        stack: list[float] = []
        for operation in self.operations:
            match operation:
                case Number(value):
                    stack.append(value)
                case Variable(name):
                    stack.append(_known(values, name))
                case Call(name, arity):
                    arguments = stack[-arity:]
                    del stack[-arity:]
                    stack.append(_apply(name, arguments))
        return stack[0]


def parse_formula(text: str) -> Formula:
    """Parse a formula; FormulaError names the place where it stops making sense."""
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(
            _("A formula has at most %(limit)s characters.") % {"limit": MAX_CHARACTERS}
        )
    parser = _Parser(_tokens(text))
    parser.expression(0, 0)
    if parser.kind != "end":
        raise FormulaError(
            _("The formula should end before %(token)s.") % {"token": f"{parser.token!r}"}
        )
    return Formula(text, tuple(parser.output))


def _known(values: Mapping[str, float], name: str) -> float:
    if name not in values:
        raise FormulaError(_("The formula names %(name)s, which is no grader.") % {"name": name})
    return float(values[name])


def _apply(name: str, arguments: list[float]) -> float:
    try:
        value = (OPERATORS.get(name) or FUNCTIONS[name])(*arguments)
    except (ArithmeticError, ValueError) as error:
        raise FormulaError(
            _("%(name)s of %(arguments)s is not defined.") % {"name": name, "arguments": arguments}
        ) from error
    if isinstance(value, complex) or not math.isfinite(value):
        raise FormulaError(
            _("%(name)s of %(arguments)s is not a finite real number.")
            % {"name": name, "arguments": arguments}
        )
    return float(value)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(
                _("%(sign)s is not part of the language.")
                % {"sign": f"{text[position:].strip()[0]!r}"}
            )
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        position = match.end()
    return [*tokens, ("end", "")]


class _Parser:
    """Precedence climbing; each finished operand and operator goes to `output` in postfix."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0
        self.output: list[Operation] = []

    @property
    def kind(self) -> str:
        return self.tokens[self.position][0]

    @property
    def token(self) -> str:
        return self.tokens[self.position][1]

    def take(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1][1]

    def expect(self, sign: str) -> None:
        if self.token != sign:
            raise FormulaError(
                _("Expected %(sign)s before %(token)s.")
                % {"sign": f"{sign!r}", "token": f"{self.token or _('the end')!r}"}
            )
        self.take()

    def expression(self, minimum: int, depth: int) -> None:
        """An operand and every operator after it that binds at least as tightly."""
        if depth > MAX_DEPTH:
            raise FormulaError(_("The formula nests deeper than %(depth)s.") % {"depth": MAX_DEPTH})
        self.operand(depth + 1)
        while self.kind == "sign" and self.token in _BINARY:
            power, right, name = _BINARY[self.token]
            if power < minimum:
                return
            self.take()
            self.expression(right, depth + 1)
            self.output.append(Call(name, 2))

    def operand(self, depth: int) -> None:
        kind, token = self.kind, self.take()
        if kind == "number":
            self.output.append(Number(_finite(token)))
        elif kind == "name" and self.token == "(":
            self.call(token, depth)
        elif kind == "name":
            self.variable(token)
        elif token == "(":
            self.expression(0, depth)
            self.expect(")")
        elif token == "-":
            self.expression(_MINUS_POWER, depth)
            self.output.append(Call("negate", 1))
        else:
            raise FormulaError(
                _("Expected a number, a name or '(' before %(token)s.")
                % {"token": f"{token or _('the end')!r}"}
            )

    def variable(self, name: str) -> None:
        if name in FUNCTIONS:
            raise FormulaError(_("%(name)s is a function; it needs parentheses.") % {"name": name})
        self.output.append(Variable(name))

    def call(self, name: str, depth: int) -> None:
        if name not in FUNCTIONS:
            raise FormulaError(
                _("%(name)s is no function; known are %(choices)s.")
                % {"name": name, "choices": ", ".join(sorted(FUNCTIONS))}
            )
        self.expect("(")
        self.expression(0, depth)
        arity = 1
        while self.token == ",":
            self.take()
            self.expression(0, depth)
            arity += 1
        self.expect(")")
        if arity > 1 and name not in _ANY_ARITY:
            raise FormulaError(
                _("%(name)s takes one argument, not %(arity)s.") % {"name": name, "arity": arity}
            )
        self.output.append(Call(name, arity))


def _finite(token: str) -> float:
    value = float(token)
    if not math.isfinite(value):
        raise FormulaError(_("%(token)s is too large.") % {"token": token})
    return value
