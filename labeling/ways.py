"""How a batch asks: one response at a time or several, and what it asks beside the criteria."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from labeling.errors import Problem
from labeling.models import Batch, Way

# The ways that a batch can be opened with.
WAYS = (Way.SINGLE, Way.GRID, Way.BY_CRITERION)


@dataclass(frozen=True, slots=True)
class Asking:
    """Settled when the batch is opened. Shares are of 1, in hundredths."""

    way: str = Way.SINGLE
    asks_confidence: bool = False
    overall_share: Decimal = Decimal(0)
    shuffled_share: Decimal = Decimal(0)

    def fields(self) -> dict[str, Any]:
        return asdict(self)

    def problems(self, kind: str = Batch.Kind.MAIN) -> list[Problem]:
        """What cannot be asked so in a batch of this kind."""
        found = []
        if self.way not in WAYS:
            found.append(
                Problem(
                    "way",
                    gettext("is %(way)s; one of %(choices)s")
                    % {"way": self.way, "choices": ", ".join(WAYS)},
                )
            )
        if self.way == Way.BY_CRITERION and kind == Batch.Kind.PRACTICE:
            text = gettext(
                "cannot be by_criterion in practice: there each answer is explained at once"
            )
            found.append(Problem("way", text))
        for name in ("overall_share", "shuffled_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1 or share != round(share, 2):
                text = gettext("is %(share)s, it must be a share from 0 to 1 in hundredths") % {
                    "share": share
                }
                found.append(Problem(name, text))
        return found


AS_USUAL = Asking()


def in_words(batch: Batch) -> list[str]:
    """How the batch asks, one short sentence each; the way always, the rest where it is asked."""
    said = [gettext("%(way)s.") % {"way": Way(batch.way).label}]
    if batch.asks_confidence:
        said.append(gettext("Experts say how sure they are of each answer."))
    if batch.overall_share:
        said.append(
            gettext(
                "An overall 0–5 is asked before the criteria on %(overall_share)s of the responses."
            )
            % {"overall_share": _percent(batch.overall_share)}
        )
    if batch.shuffled_share:
        said.append(
            gettext("The criteria are shuffled on %(shuffled_share)s of the places.")
            % {"shuffled_share": _percent(batch.shuffled_share)}
        )
    return said


def pooled(batches: Iterable[tuple[str, str]]) -> str | None:
    """What must be said where ratings of these (name, way) are put together; None for one way."""
    named: dict[str, list[str]] = {}
    for name, way in sorted(set(batches)):
        named.setdefault(way, []).append(name)
    if len(named) < 2:
        return None
    told = "; ".join(
        gettext("%(way)s in %(named)s")
        % {"way": Way(way).label.lower(), "named": _listed(named[way])}
        for way in Way
        if way in named
    )
    return gettext(
        "Ratings given in different ways are put together here, and the way of "
        "rating moves judgements: %(told)s"
    ) % {"told": told}


def _percent(share: Decimal) -> str:
    return f"{share * 100:.0f} %"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:5])
    return (
        gettext("%(shown)s and %(n)s more") % {"shown": shown, "n": len(names) - 5}
        if len(names) > 5
        else shown
    )
