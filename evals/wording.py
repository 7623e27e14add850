"""What the numbers of one criterion say, in sentences made from the values. Pure.

None in place of a number means that it was not measured; a sentence is then left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evals import figures

_HUNDRED = 100
_THOUSAND = 1_000
# A share of random dealings under which the number of unanimous units is no matter of luck.
_SURPRISING = 0.05


@dataclass(frozen=True, slots=True)
class Value:
    """A statistic with its interval; `value` is None where it is undefined."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    undefined: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence and the name of what it reads."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was measured of one criterion on one slice."""

    alpha: Value
    ac1: Value
    percent: float | None
    prevalence: Mapping[str, float]
    n_pairable: int
    unanimous: int
    expected_unanimous: float | None
    expected_p: float | None = None
    alpha_below_667: float | None = None
    alpha_below_800: float | None = None
    n_na: int = 0
    n_cannot_assess: int = 0
    is_ordered: bool = False
    # Alpha between the responses to one item, and how many items have two to be compared.
    within: Value | None = None
    n_items_within: int = 0


def readings(numbers: Numbers) -> list[Reading]:
    """The sentences in the order in which a careful reader asks."""
    return list(_readings(numbers))


def _readings(numbers: Numbers) -> Iterator[Reading]:
    yield Reading("Alpha", _alpha(numbers))
    if text := _below(numbers):
        yield Reading("How sure", text)
    if numbers.within is not None:
        yield Reading("Within items", _within(numbers, numbers.within))
    if text := _percent(numbers):
        yield Reading("Same answer", text)
    if text := _ac1(numbers):
        yield Reading("AC1", text)
    if numbers.n_pairable and numbers.expected_unanimous is not None:
        yield Reading("Unanimous", _unanimous(numbers))
    if numbers.n_na or numbers.n_cannot_assess:
        yield Reading("No answer", _unanswered(numbers))


def _alpha(numbers: Numbers) -> str:
    alpha = numbers.alpha
    if alpha.value is None:
        return f"{alpha.undefined.rstrip('.')}."
    differ = _differ(numbers)
    interval = _redrawn(alpha)
    if alpha.value >= 1:
        return f"Experts never {differ} on the responses they share.{interval}"
    left = 1 - alpha.value
    if left > 1:
        times = figures.decimal(left, 2)
        return (
            f"Experts {differ} more than random answers in the same proportions would: "
            f"{times} times as much.{interval}"
        )
    share = figures.percent(left)
    return (
        f"Experts {differ} {share} as much as random answers in the same proportions "
        f"would.{interval}"
    )


def _differ(numbers: Numbers) -> str:
    return "lie apart" if numbers.is_ordered else "differ"


def _redrawn(one: Value) -> str:
    """What is left of chance in other items; nothing where there is no interval."""
    if one.low is None or one.high is None:
        return ""
    least, most = (figures.percent(max(1 - bound, 0)) for bound in (one.high, one.low))
    return f" Other items like these would put it between {least} and {most}."


def _within(numbers: Numbers, within: Value) -> str:
    if within.value is None:
        return f"{within.undefined.rstrip('.')}."
    share = figures.percent(max(1 - within.value, 0))
    items = numbers.n_items_within
    where = "1 item that has" if items == 1 else f"{figures.thousands(items)} items that have"
    text = (
        f"In the {where} two responses or more to compare, experts {_differ(numbers)} {share} as "
        f"much as if the answers of an item were dealt anew among its responses.{_redrawn(within)}"
    )
    if within.low is None or within.low > 0:
        return text
    return f"{text} So it is not shown that they tell one response to an item from another."


def _below(numbers: Numbers) -> str:
    fair, good = numbers.alpha_below_667, numbers.alpha_below_800
    if fair is None or good is None:
        return ""
    return (
        f"In {_of_hundred(fair)} redrawings of the items alpha lies under .667, "
        f"in {_of_hundred(good)} under .8."
    )


def _of_hundred(share: float) -> str:
    if share in (0, 1):
        return "none of the" if share == 0 else "all"
    whole = round(share * _HUNDRED)
    if whole in (0, _HUNDRED):
        return "fewer than 1 of 100" if whole == 0 else "more than 99 of 100"
    return f"{whole} of 100"


def _percent(numbers: Numbers) -> str:
    if numbers.percent is None:
        return ""
    text = (
        "Two experts of the same response give the same answer "
        f"{_times(numbers.percent)} of 100 times"
    )
    if not numbers.prevalence:
        return f"{text}."
    by_chance = sum(share**2 for share in numbers.prevalence.values())
    return f"{text}; two answers to any two responses are the same {_times(by_chance)} times."


def _times(share: float) -> str:
    return figures.decimal(share * _HUNDRED, 0)


def _ac1(numbers: Numbers) -> str:
    """AC1 = (a - e) / (1 - e): what it expects of luck (e) is read from the value and a."""
    value, agreeing = numbers.ac1.value, numbers.percent
    if value is None or agreeing is None:
        return f"{numbers.ac1.undefined.rstrip('.')}." if numbers.ac1.undefined else ""
    text = f"AC1 is {figures.decimal(value)}"
    if value < 1:
        luck = (agreeing - value) / (1 - value)
        text += f": it expects luck to make {_times(max(luck, 0.0))} of 100 pairs equal"
    common = max(numbers.prevalence, key=lambda one: numbers.prevalence[one], default=None)
    alpha = numbers.alpha.value
    if common is not None and alpha is not None and value - alpha > 0.2:
        share = figures.percent(numbers.prevalence[common])
        return (
            f"{text}. It is higher than alpha because {share} of the answers are “{common}”: "
            "agreement on what is common counts for more in it."
        )
    return f"{text}."


def _unanimous(numbers: Numbers) -> str:
    of = figures.thousands(numbers.n_pairable)
    have = f"{figures.thousands(numbers.unanimous)} of {of} shared responses are unanimous"
    chance = figures.decimal(numbers.expected_unanimous or 0.0, 0)
    text = f"{have}; the same answers dealt at random would leave about {chance}"
    if numbers.expected_p is None:
        return f"{text}."
    if numbers.expected_p < 1 / _THOUSAND:
        often = "fewer than 1 of 1,000 dealings"
    else:
        often = f"{figures.decimal(numbers.expected_p * _THOUSAND, 0)} of 1,000 dealings"
    verdict = "" if numbers.expected_p < _SURPRISING else ": luck alone may explain them"
    return f"{text}, and {often} leave as many{verdict}."


def _unanswered(numbers: Numbers) -> str:
    parts = [
        f"{figures.thousands(count)} “{said}”"
        for count, said in (
            (numbers.n_na, "does not apply"),
            (numbers.n_cannot_assess, "cannot assess"),
        )
        if count
    ]
    return f"Counted apart, and not as answers: {' and '.join(parts)}."
