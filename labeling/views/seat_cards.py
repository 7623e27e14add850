"""The criteria of a seat's page as cards: the choices, what was chosen, what changed in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from labeling.asking_again import Changed, Earlier
from labeling.errors import Problem
from labeling.forms.desk import NUMBER
from labeling.rating import OVERALL, JudgedCriterion
from labeling.spec import AnswerKind, CriterionSpec, ScaleType
from labeling.strict_json import number_text
from labeling.views.seat_beside import Passage, Sure, passages, sure_choices

ASIDE = (
    ("NA", "n", gettext_lazy("Does not apply")),
    ("cannot_assess", "c", gettext_lazy("Cannot assess")),
)

type Answers = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One radio of a criterion."""

    value: str
    key: str
    label: str
    anchor: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A criterion as the expert answers it.

    `changed` says what it asked when the same expert answered before, `earlier` what they answered
    then; `withheld` that their answer is not shown while it is asked again.
    """

    number: int
    criterion: JudgedCriterion
    choices: tuple[Choice, ...]
    aside: tuple[Choice, ...]
    rationale: str
    evidence: tuple[Passage, ...]
    sure: tuple[Sure, ...]
    error: str
    is_number: bool
    number_text: str
    changed: Changed | None = None
    earlier: Earlier | None = None
    withheld: bool = False
    fixed: bool = False
    is_current: bool = False
    # Sets fields of several seats on one page apart.
    prefix: str = ""

    @property
    def name(self) -> str:
        """What its fields are called after their kind."""
        return f"{self.prefix}{self.criterion.spec.key}"

    @property
    def mark(self) -> str:
        """What ids on the page end with."""
        return f"{self.prefix.replace(':', '-')}{self.number}"

    @property
    def is_overall(self) -> bool:
        return self.criterion.spec.key == OVERALL

    @property
    def answered(self) -> bool:
        return any(choice.checked for choice in (*self.choices, *self.aside))


def cards(
    criteria: Sequence[JudgedCriterion],
    answers: Answers,
    problems: Sequence[Problem] = (),
    *,
    changed: Mapping[int, Changed] | None = None,
    earlier: Mapping[int, Earlier] | None = None,
    withheld: frozenset[int] = frozenset(),
    asks_confidence: bool = False,
) -> list[Card]:
    """Each criterion with its choices, the chosen ones marked, and what is wrong with it."""
    errors = {problem.where.partition(".")[0]: problem.message for problem in problems}
    shown = []
    for number, one in enumerate(criteria, start=1):
        hidden = one.id in withheld
        answer = {} if hidden else answers.get(one.spec.key, {})
        card = answer_card(number, one, answer, errors, asks_confidence=asks_confidence)
        shown.append(
            replace(
                card,
                changed=(changed or {}).get(one.id),
                earlier=(earlier or {}).get(one.id),
                withheld=hidden,
            )
        )
    return _opened(shown)


def _opened(shown: list[Card]) -> list[Card]:
    """With the first one that is open to be answered as the current one."""
    at = next((at for at, card in enumerate(shown) if not card.answered), 0)
    return [replace(card, is_current=place == at) for place, card in enumerate(shown)]


def answer_card(
    number: int,
    criterion: JudgedCriterion,
    answer: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    asks_confidence: bool = False,
) -> Card:
    """One criterion with its choices, the chosen ones marked, and what is wrong with it."""
    spec = criterion.spec
    chosen = str(answer.get("value") or "")
    is_number = spec.scale.type == ScaleType.INTERVAL
    aside = tuple(
        Choice(value, key, str(words), "", value == chosen)
        for value, key, words in ASIDE
        if _takes(spec, value)
    )
    sure = asks_confidence and spec.key != OVERALL
    typed = chosen if is_number and not any(one.checked for one in aside) else ""
    return Card(
        number=number,
        criterion=criterion,
        choices=_number_choice(criterion, typed) if is_number else _levels(criterion, chosen),
        aside=aside,
        rationale=str(answer.get("rationale") or ""),
        evidence=passages(answer),
        sure=sure_choices(answer) if sure else (),
        error=errors.get(spec.key, ""),
        is_number=is_number,
        number_text=typed,
    )


def _takes(spec: CriterionSpec, answer: str) -> bool:
    return spec.allow_na if answer == AnswerKind.NA else spec.allow_cannot_assess


def _levels(criterion: JudgedCriterion, chosen: str) -> tuple[Choice, ...]:
    # The digits of the overall are its numbers.
    first = 0 if criterion.spec.key == OVERALL else 1
    return tuple(
        Choice(
            (value := number_text(level.value)),
            str(digit) if digit < 10 else "",
            level.label,
            level.anchor,
            value == chosen,
        )
        for digit, level in enumerate(criterion.spec.scale.levels, start=first)
    )


def _number_choice(criterion: JudgedCriterion, typed: str) -> tuple[Choice, ...]:
    scale = criterion.spec.scale
    low, high = map(number_text, scale.bounds)
    anchors = "; ".join(f"{number_text(one.value)}: {one.label}" for one in scale.levels)
    return (
        Choice(
            NUMBER,
            "1",
            gettext("A number from %(low)s to %(high)s") % {"low": low, "high": high},
            anchors,
            bool(typed),
        ),
    )
