"""Pass marks of practice: how many answers must be right, and whom that lets through.

Whoever is right with probability p has Binomial(n, p) right answers of n; a pass needs four of
five. 16 of 20 lets a rater who is right nine times of ten through with .957, and one who is right
six times of ten with .051; 8 of 10 would be .930 and .167, so there is no verdict below 20.
"""

from fractions import Fraction
from math import ceil, comb

from labeling.language import gettext, ngettext

ASKED_MIN = 20
PASS_SHARE = Fraction(4, 5)
# The rater who should pass, and the one who should not.
GOOD, POOR = 0.9, 0.6


def pass_mark(asked: int) -> int:
    """The fewest right answers of so many that pass."""
    return ceil(PASS_SHARE * asked)


def chance_of_passing(accuracy: float, asked: int) -> float:
    """P(at least the pass mark right of `asked`) at that probability of a right answer."""
    chances = (
        comb(asked, right) * accuracy**right * (1 - accuracy) ** (asked - right)
        for right in range(pass_mark(asked), asked + 1)
    )
    return min(1.0, sum(chances))


def rule_in_words(asked: int) -> str:
    """The rule with its errors, as everybody it is about reads it."""
    if asked < ASKED_MIN:
        words = ngettext(
            "With %(asked)s known answers there is no pass mark: below %(least)s chance decides "
            "too much.",
            "With %(asked)s known answers there is no pass mark: below %(least)s chance decides "
            "too much.",
            asked,
        )
        return words % {"asked": asked, "least": ASKED_MIN}
    good, poor = (chance_of_passing(one, asked) for one in (GOOD, POOR))
    words = gettext(
        "%(mark)s of %(asked)s answers must be the known one. Somebody who gives it nine times "
        "of ten passes with probability %(good)s, somebody who gives it six times of ten with "
        "%(poor)s."
    )
    shown = {"mark": f"{pass_mark(asked):,}", "asked": f"{asked:,}"}
    return words % {**shown, "good": _shown(good), "poor": _shown(poor)}


def _shown(chance: float) -> str:
    """Three digits; what is nearly certain or nearly impossible is not rounded to it."""
    if chance < 0.001:
        return gettext("less than .001")
    if chance > 0.999:
        return gettext("more than .999")
    return f"{chance:.3f}".removeprefix("0")
