"""What stands on the page of a seat beside the levels: an overall, how sure, and quotes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from labeling import rating
from labeling.rating import JudgedCriterion
from labeling.spec import CriterionSpec, LevelSpec, ScaleSpec, ScaleType

# The keys that say how sure one is; they lie beside each other.
SURE_KEYS = ("i", "o", "p")
# The names of responses side by side.
LETTERS = "ABCDEFGH"
OVERALL_WORDS = (
    gettext_lazy("Of no use"),
    gettext_lazy("Poor"),
    gettext_lazy("Weak"),
    gettext_lazy("Fair"),
    gettext_lazy("Good"),
    gettext_lazy("As good as can be"),
)


@dataclass(frozen=True, slots=True)
class Sure:
    """One choice of how sure an expert is."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote as it is shown, with its place as JSON where it is known."""

    text: str
    place: str


def overall_criterion() -> JudgedCriterion:
    """The overall as a criterion of its own, so that it is answered as all others are."""
    levels = tuple(
        LevelSpec(Decimal(number), f"{number} {words}")
        for number, words in enumerate(OVERALL_WORDS)
    )
    told = CriterionSpec(
        key=rating.OVERALL,
        name=gettext("On the whole"),
        criterion=gettext(
            "How good is this response? Say it before you look at the criteria: once you "
            "have answered one of them, it stays as it is."
        ),
        scale=ScaleSpec(ScaleType.ORDINAL, levels),
        allow_na=False,
        allow_cannot_assess=False,
    )
    return JudgedCriterion(0, 0, told, {})


def sure_choices(answer: Mapping[str, Any]) -> tuple[Sure, ...]:
    """Guess, fairly sure, sure; the chosen one marked."""
    said = str(answer.get("confidence") or "")
    return tuple(
        Sure(str(number), str(words), str(number) == said)
        for number, words in rating.CONFIDENCE.items()
    )


def passages(answer: Mapping[str, Any]) -> tuple[Passage, ...]:
    """The quotes of an answer, one a line in a draft or a list of them."""
    said = answer.get("evidence") or ""
    given: Iterable[object] = said.split("\n") if isinstance(said, str) else said
    return tuple(
        Passage(text, _place(one) if isinstance(one, Mapping) else "")
        for one in given
        if (text := rating.text_in(one))
    )


def _place(one: Mapping[str, Any]) -> str:
    return json.dumps({name: one.get(name) for name in ("quote", "turn", "start", "end")})
