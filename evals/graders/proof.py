"""What can be proved about a formula before it is used: defined, and within 0..1.

Bounds are found by interval arithmetic over the boxes the scores may come from. They can be
wider than the truth, never narrower: within 0..1 is a proof, outside it is only a doubt.
"""

import math
from collections.abc import Callable, Collection, Mapping
from itertools import product

from evals.graders.formula import (
    Call,
    Formula,
    FormulaError,
    Number,
    Operation,
    Variable,
    parse_formula,
)
from labeling.language import gettext as _

Interval = tuple[float, float]
TRIAL_VALUES = (0.0, 1.0, 0.5)


def formula_faults(text: str, names: Collection[str]) -> list[str]:
    """Every reason not to save this formula over these graders, in words."""
    try:
        formula = parse_formula(text)
    except FormulaError as error:
        return [str(error)]
    if unknown := sorted(formula.names - set(names)):
        return [
            _("The formula names %(names)s, which are no graders.") % {"names": ", ".join(unknown)}
        ]
    return _division_faults(formula) + _trial_faults(formula)


def bounds(formula: Formula, boxes: Mapping[str, Interval]) -> Interval | None:
    """A range that surely holds every value of the formula; None when that cannot be said."""
    stack: list[Interval] = []
    for operation in formula.operations:
        interval = _interval(operation, stack, boxes)
        if interval is None:
            return None
        stack.append(interval)
    return stack[0]


def is_within_unit(formula: Formula, boxes: Mapping[str, Interval]) -> bool:
    """Proved: whatever the scores in their boxes, the reward lies in 0..1."""
    found = bounds(formula, boxes)
    return found is not None and found[0] >= 0 and found[1] <= 1


def _trial_faults(formula: Formula) -> list[str]:
    faults = []
    for trial in TRIAL_VALUES:
        try:
            formula.evaluate(dict.fromkeys(formula.names, trial))
        except FormulaError as error:
            faults.append(
                _("With every score at %(score)s: %(error)s")
                % {"score": f"{trial:g}", "error": error}
            )
    return faults


def _division_faults(formula: Formula) -> list[str]:
    """A divisor that varies may be 0 for some response."""
    varies: list[bool] = []
    for operation in formula.operations:
        if not isinstance(operation, Call):
            varies.append(isinstance(operation, Variable))
            continue
        arguments = varies[-operation.arity :]
        del varies[-operation.arity :]
        if operation.name == "divide" and arguments[1]:
            return [_("The formula divides by a score, which may be 0.")]
        varies.append(any(arguments))
    return []


def _interval(
    operation: Operation, stack: list[Interval], boxes: Mapping[str, Interval]
) -> Interval | None:
    match operation:
        case Number(value):
            return (value, value)
        case Variable(name):
            return boxes.get(name)
        case Call(name, arity):
            arguments = stack[-arity:]
            del stack[-arity:]
            rule = _RULES.get(name)
            return rule(*arguments) if rule else None


def _product(left: Interval, right: Interval) -> Interval:
    corners = [a * b for a, b in product(left, right)]
    return (min(corners), max(corners))


def _quotient(left: Interval, right: Interval) -> Interval | None:
    if right[0] <= 0 <= right[1]:
        return None
    return _product(left, (1 / right[1], 1 / right[0]))


def _magnitude(value: Interval) -> Interval:
    if value[0] <= 0 <= value[1]:
        return (0.0, max(-value[0], value[1]))
    return (min(abs(value[0]), abs(value[1])), max(abs(value[0]), abs(value[1])))


_RULES: dict[str, Callable[..., Interval | None]] = {
    "add": lambda left, right: (left[0] + right[0], left[1] + right[1]),
    "subtract": lambda left, right: (left[0] - right[1], left[1] - right[0]),
    "multiply": _product,
    "divide": _quotient,
    "negate": lambda value: (-value[1], -value[0]),
    "min": lambda *each: (min(v[0] for v in each), min(v[1] for v in each)),
    "max": lambda *each: (max(v[0] for v in each), max(v[1] for v in each)),
    "abs": _magnitude,
    "floor": lambda value: (math.floor(value[0]), math.floor(value[1])),
    "ceil": lambda value: (math.ceil(value[0]), math.ceil(value[1])),
}
