"""What the numbers of one criterion say, in sentences made from the values. Pure.

None in place of a number means that it was not measured; a sentence is then left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evals import figures
from labeling.language import gettext as _
from labeling.language import ngettext

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
    yield Reading(_("Alpha"), _alpha(numbers))
    if text := _below(numbers):
        yield Reading(_("How sure"), text)
    if numbers.within is not None:
        yield Reading(_("Within items"), _within(numbers, numbers.within))
    if text := _percent(numbers):
        yield Reading(_("Same answer"), text)
    if text := _ac1(numbers):
        yield Reading(_("AC1"), text)
    if numbers.n_pairable and numbers.expected_unanimous is not None:
        yield Reading(_("Unanimous"), _unanimous(numbers))
    if numbers.n_na or numbers.n_cannot_assess:
        yield Reading(_("No answer"), _unanswered(numbers))


def _alpha(numbers: Numbers) -> str:
    alpha = numbers.alpha
    if alpha.value is None:
        return f"{alpha.undefined.rstrip('.')}."
    left = 1 - alpha.value
    told = {"times": figures.decimal(left, 2), "share": figures.percent(left)}
    said = _apart(left) if numbers.is_ordered else _different(left)
    return " ".join([said % told, *_redrawn(alpha)])


def _different(left: float) -> str:
    """How much experts differ on a scale without an order, by what is left of random answers."""
    if left <= 0:
        return _("Experts never differ on the responses they share.")
    if left > 1:
        return _(
            "Experts differ more than random answers in the same proportions would: "
            "%(times)s times as much."
        )
    return _("Experts differ %(share)s as much as random answers in the same proportions would.")


def _apart(left: float) -> str:
    """The same on a scale with an order."""
    if left <= 0:
        return _("Experts never lie apart on the responses they share.")
    if left > 1:
        return _(
            "Experts lie apart more than random answers in the same proportions would: "
            "%(times)s times as much."
        )
    return _("Experts lie apart %(share)s as much as random answers in the same proportions would.")


def _redrawn(one: Value) -> list[str]:
    """What is left of chance in other items; nothing where there is no interval."""
    if one.low is None or one.high is None:
        return []
    least, most = (figures.percent(max(1 - bound, 0)) for bound in (one.high, one.low))
    said = _("Other items like these would put it between %(least)s and %(most)s.")
    return [said % {"least": least, "most": most}]


def _within(numbers: Numbers, within: Value) -> str:
    if within.value is None:
        return f"{within.undefined.rstrip('.')}."
    share = figures.percent(max(1 - within.value, 0))
    items = numbers.n_items_within
    said = _apart_within(items) if numbers.is_ordered else _different_within(items)
    parts = [said % {"n": figures.thousands(items), "share": share}, *_redrawn(within)]
    if within.low is not None and within.low <= 0:
        parts.append(_("So it is not shown that they tell one response to an item from another."))
    return " ".join(parts)


def _different_within(items: int) -> str:
    return ngettext(
        "In the %(n)s item that has two responses or more to compare, experts differ %(share)s "
        "as much as if the answers of an item were dealt anew among its responses.",
        "In the %(n)s items that have two responses or more to compare, experts differ %(share)s "
        "as much as if the answers of an item were dealt anew among its responses.",
        items,
    )


def _apart_within(items: int) -> str:
    return ngettext(
        "In the %(n)s item that has two responses or more to compare, experts lie apart %(share)s "
        "as much as if the answers of an item were dealt anew among its responses.",
        "In the %(n)s items that have two responses or more to compare, experts lie apart "
        "%(share)s as much as if the answers of an item were dealt anew among its responses.",
        items,
    )


def _below(numbers: Numbers) -> str:
    fair, good = numbers.alpha_below_667, numbers.alpha_below_800
    if fair is None or good is None:
        return ""
    return _("In %(fair)s redrawings of the items alpha lies under .667, in %(good)s under .8.") % {
        "fair": _of_hundred(fair),
        "good": _of_hundred(good),
    }


def _of_hundred(share: float) -> str:
    if share in (0, 1):
        return _("none of the") if share == 0 else _("all")
    whole = round(share * _HUNDRED)
    if whole in (0, _HUNDRED):
        return _("fewer than 1 of 100") if whole == 0 else _("more than 99 of 100")
    return _("%(n)s of 100") % {"n": whole}


def _percent(numbers: Numbers) -> str:
    if numbers.percent is None:
        return ""
    told = {"same": _times(numbers.percent)}
    if not numbers.prevalence:
        return (
            _("Two experts of the same response give the same answer %(same)s of 100 times.") % told
        )
    by_chance = sum(share**2 for share in numbers.prevalence.values())
    return _(
        "Two experts of the same response give the same answer %(same)s of 100 times; "
        "two answers to any two responses are the same %(chance)s times."
    ) % {**told, "chance": _times(by_chance)}


def _times(share: float) -> str:
    return figures.decimal(share * _HUNDRED, 0)


def _ac1(numbers: Numbers) -> str:
    """AC1 = (a - e) / (1 - e): what it expects of luck (e) is read from the value and a."""
    value, agreeing = numbers.ac1.value, numbers.percent
    if value is None or agreeing is None:
        return f"{numbers.ac1.undefined.rstrip('.')}." if numbers.ac1.undefined else ""
    text = _("AC1 is %(value)s.")
    told = {"value": figures.decimal(value)}
    if value < 1:
        luck = (agreeing - value) / (1 - value)
        text = _("AC1 is %(value)s: it expects luck to make %(luck)s of 100 pairs equal.")
        told["luck"] = _times(max(luck, 0.0))
    common = max(numbers.prevalence, key=lambda one: numbers.prevalence[one], default=None)
    alpha = numbers.alpha.value
    if common is not None and alpha is not None and value - alpha > 0.2:
        share = figures.percent(numbers.prevalence[common])
        higher = _(
            "It is higher than alpha because %(share)s of the answers are “%(common)s”: "
            "agreement on what is common counts for more in it."
        )
        return f"{text % told} {higher % {'share': share, 'common': common}}"
    return text % told


def _unanimous(numbers: Numbers) -> str:
    of = figures.thousands(numbers.n_pairable)
    told = {
        "n": figures.thousands(numbers.unanimous),
        "of": of,
        "chance": figures.decimal(numbers.expected_unanimous or 0.0, 0),
    }
    if numbers.expected_p is None:
        return (
            _(
                "%(n)s of %(of)s shared responses are unanimous; the same answers dealt at random "
                "would leave about %(chance)s."
            )
            % told
        )
    told["times"] = figures.decimal(numbers.expected_p * _THOUSAND, 0)
    return _surprise(numbers.expected_p) % told


def _surprise(p_value: float) -> str:
    if p_value < 1 / _THOUSAND:
        return _(
            "%(n)s of %(of)s shared responses are unanimous; the same answers dealt at random "
            "would leave about %(chance)s, and fewer than 1 of 1,000 dealings leave as many."
        )
    if p_value < _SURPRISING:
        return _(
            "%(n)s of %(of)s shared responses are unanimous; the same answers dealt at random "
            "would leave about %(chance)s, and %(times)s of 1,000 dealings leave as many."
        )
    return _(
        "%(n)s of %(of)s shared responses are unanimous; the same answers dealt at random "
        "would leave about %(chance)s, and %(times)s of 1,000 dealings leave as many: luck alone "
        "may explain them."
    )


def _unanswered(numbers: Numbers) -> str:
    told = {
        "na": figures.thousands(numbers.n_na),
        "unsure": figures.thousands(numbers.n_cannot_assess),
    }
    if not numbers.n_cannot_assess:
        return _("Counted apart, and not as answers: %(na)s “does not apply”.") % told
    if not numbers.n_na:
        return _("Counted apart, and not as answers: %(unsure)s “cannot assess”.") % told
    return (
        _(
            "Counted apart, and not as answers: %(na)s “does not apply” and %(unsure)s “cannot "
            "assess”."
        )
        % told
    )
