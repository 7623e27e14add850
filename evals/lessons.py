"""What to know before the numbers of a rubric are believed, and what to do about it. Pure.

Cautions stand beside single criteria; here those of a kind become one lesson with its advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evals import figures
from evals.reliability.cautions import VERDICT_UNITS_MIN, Code
from evals.reliability.shrinkage import Pool
from labeling.language import gettext as _
from labeling.language import gettext_noop

# From here on the extremes among criteria are read as what they are: extremes of many.
MANY = 5
COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Cautioned:
    """A criterion with its cautions: pairs of code and sentence."""

    name: str
    url: str
    cautions: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One kind of caution: what it means, what helps, and the criteria it is about."""

    code: str
    title: str
    text: str
    criteria: list[Cautioned]


ADVICE: dict[str, tuple[str, str]] = {
    Code.FEW_UNITS: (
        gettext_noop("Too few responses"),
        gettext_noop(
            "With fewer than %(n)s responses that two experts share, no verdict is given. Where "
            "answers are balanced, 50 responses by three experts bring the interval to about "
            "± 0.19, 100 to ± 0.12 and 200 to ± 0.08."
        ),
    ),
    Code.ONE_CLASS: (
        gettext_noop("One answer only"),
        gettext_noop(
            "Everybody always said the same, so nothing tells experts who look from experts who do "
            "not. Ask for failures on purpose: add responses that ought to get another answer."
        ),
    ),
    Code.LOW_INFORMATION: (
        gettext_noop("One class hardly seen"),
        gettext_noop(
            "Nearly all answers are the same, and agreement on them says little. Ask for failures "
            "on purpose: sample responses that ought to get the rare answer. Do not rewrite the "
            "criterion for this, and do not pass it on AC1 alone."
        ),
    ),
    Code.NO_SIGNAL: (
        gettext_noop("Agreed but uninformative"),
        gettext_noop(
            "The interval of alpha reaches chance: where experts agree here, the common answer is "
            "explanation enough. Such units teach a model nothing and are never ready."
        ),
    ),
    Code.PREVALENCE: (
        gettext_noop("Agreement by prevalence"),
        gettext_noop(
            "Most of the unanimous responses would be unanimous if the same answers were dealt at "
            "random. Look at alpha before the share of equal answers."
        ),
    ),
    Code.NO_DISAGREEMENT: (
        gettext_noop("No uncertainty to be seen"),
        gettext_noop(
            "Every redrawing of the items gives the same alpha. That is a lack of variety, not a "
            "proof: add other responses."
        ),
    ),
    Code.RESAMPLES_DROPPED: (
        gettext_noop("Redrawings left out"),
        gettext_noop(
            "Some redrawings of the items held one answer only and have no alpha, so the interval "
            "is a little too short. More responses with the rare answer mend it."
        ),
    ),
}

UNINFORMATIVE = "uninformative"
TITLES = {
    COVERAGE: gettext_noop("Intervals promise too much"),
    UNINFORMATIVE: gettext_noop("Agreed, but not where it trains"),
}


def lessons(
    criteria: Sequence[Cautioned], pool: Pool | None, alphas: Sequence[float]
) -> list[Lesson]:
    """The lessons of a rubric, those that need work first."""
    return [*_many(pool, alphas), *_known(criteria), *_others(criteria)]


def _many(pool: Pool | None, alphas: Sequence[float]) -> Iterator[Lesson]:
    if pool is None or len(alphas) < MANY:
        return
    lowest, highest = (figures.decimal(end) for end in (min(alphas), max(alphas)))
    mean = figures.decimal(pool.mean)
    text = _(
        "Of %(n)s criteria the lowest alpha is %(lowest)s and the highest %(highest)s; of so "
        "many, some look worse and some better than they are. Diamonds show each drawn towards "
        "the common mean of %(mean)s, the uncertain ones the furthest."
    ) % {"n": len(alphas), "lowest": lowest, "highest": highest, "mean": mean}
    if pool.spread == 0:
        alike = _("They differ no more than chance explains: do not rank them.")
        text = f"{text} {alike}"
    yield Lesson("many_criteria", _("Many criteria at once"), text, [])


def _known(criteria: Sequence[Cautioned]) -> Iterator[Lesson]:
    for code, (title, text) in ADVICE.items():
        about = [one for one in criteria if code in _codes(one)]
        if about:
            yield Lesson(str(code), _(title), _(text) % {"n": VERDICT_UNITS_MIN}, about)


def _others(criteria: Sequence[Cautioned]) -> Iterator[Lesson]:
    """Cautions without advice of their own, each sentence once."""
    sentences = dict.fromkeys(
        caution for one in criteria for caution in one.cautions if caution[0] not in ADVICE
    )
    for code, sentence in sentences:
        about = [one for one in criteria if (code, sentence) in one.cautions]
        whole = about if len(about) < len(criteria) else []
        title = _(TITLES[code]) if code in TITLES else code.replace("_", " ").capitalize()
        yield Lesson(code, title, sentence, whole)


def _codes(one: Cautioned) -> Iterable[str]:
    return [code for code, _ in one.cautions]
