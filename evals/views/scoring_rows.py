"""Response by response, and what other weights would change: rows for the pages about scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evals import charts_rewards, figures
from evals.charts_rewards import Part
from evals.queries.labelled_rows import LabelledResponse
from evals.views.inline_svg import inline
from evals.views.scoring_parts import SHOWN, fraction, hidden
from evals.views.scoring_scene import Scene
from evals.weighing import Places, Step, class_steps, criterion_steps, pairs_within_items


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """One response with its reward; `parts` are those that are not 0.

    Of too many, `others` says how many more there are and what they add up to.
    """

    response: LabelledResponse
    reward: str
    exact: str
    note: str
    strip: SafeString
    parts: list[tuple[str, str, str]]
    others: tuple[int, str]


@dataclass(frozen=True, slots=True)
class StepCell:
    """One of the two: what points are multiplied by, pairs that change, Kendall's tau."""

    word: str
    factor: str
    changed: str
    tau: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """A weight class a step more and a step less."""

    weight_class: str
    criteria: int
    both: tuple[StepCell, StepCell]


def what_if(here: Scene) -> dict[str, Any]:
    """Other weights: pairs of responses to one item that change their order."""
    pairs = pairs_within_items(here.weighed)
    if not pairs.total:
        return {"steps": [], "moved": []}
    rows = [_step_row(more, less) for more, less in class_steps(here.weighed, pairs)]
    names = {one.key: one.name for one in here.weighed.criteria}
    # Each of thousands alone would take longer than anybody waits.
    moved = [] if hidden(here) else criterion_steps(here.weighed, pairs)
    drawn = len(pairs)
    said = ngettext(
        "%(n)s pair of responses to one item", "%(n)s pairs of responses to one item", drawn
    )
    if pairs.is_drawn:
        said = ngettext(
            "%(n)s pair of responses to one item, drawn of %(total)s by seed %(seed)s",
            "%(n)s pairs of responses to one item, drawn of %(total)s by seed %(seed)s",
            drawn,
        )
    said %= {
        "n": figures.thousands(drawn),
        "total": figures.thousands(pairs.total),
        "seed": pairs.seed,
    }
    changed = [(names[one.key], _changed(one.more), _changed(one.less)) for one in moved]
    return {"steps": rows, "moved": changed, "pairs": said}


def response_rows(here: Scene, rows: Sequence[int]) -> list[ResponseRow]:
    """The rows of one page."""
    return [_response_row(here, at) for at in rows]


def _step_row(more: Step, less: Step) -> StepRow:
    both = _step(_("More"), more), _step(_("Less"), less)
    return StepRow(_(more.weight_class), more.criteria, both)


def _step(word: str, step: Step) -> StepCell:
    tau = step.places.tau
    return StepCell(
        word,
        f"× {fraction(step.factor)}",
        _changed(step.places),
        "–" if tau is None else figures.decimal(tau),
    )


def _changed(places: Places) -> str:
    said = [
        (places.reversed, _("%(n)s reversed")),
        (places.now_tied, _("%(n)s now equal")),
        (places.no_longer_tied, _("%(n)s no longer equal")),
    ]
    return ", ".join(what % {"n": count} for count, what in said if count) or _("none")


def _response_row(here: Scene, at: int) -> ResponseRow:
    weighed = here.weighed
    response = here.labelled.responses[int(weighed.rows[at])]
    names = {one.key: one.name for one in weighed.criteria}
    shares = weighed.contributions(at)
    drawn = [Part(names[key], float(value)) for key, value in shares.items()]
    said = ", ".join(f"{one.name} {figures.decimal(one.value, 3)}" for one in drawn if one.value)
    reward = weighed.reward(at)
    parts = sorted(((k, v) for k, v in shares.items() if v), key=lambda part: -abs(part[1]))
    kept = {key for key, _ in parts[:SHOWN]}
    rest = sum((value for _, value in parts[SHOWN:]), Fraction(0))
    return ResponseRow(
        response=response,
        reward=figures.decimal(float(reward), 3),
        exact=fraction(reward),
        note=_note(here, at, sum(shares.values(), Fraction(0))),
        strip=inline(charts_rewards.strip_drawing(drawn, said or _("Nothing is added"))),
        parts=[
            (names[key], fraction(value), figures.decimal(float(value), 3))
            for key, value in shares.items()
            if key in kept
        ],
        others=(len(parts) - len(kept), figures.decimal(float(rest), 3)),
    )


def _note(here: Scene, at: int, total: Fraction) -> str:
    if here.weighed.gated[at]:
        return _("a gate failed; the sum would be %(sum)s") % {
            "sum": figures.decimal(float(total), 3)
        }
    if total >= 0:
        return ""
    return _("cut from %(sum)s") % {"sum": figures.decimal(float(total), 3)}
