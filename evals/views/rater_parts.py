"""Figures about raters as pages show them: who is named how, and the rows of charts and tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from evals import figures
from evals.heat_map import HeatMap, Pair, heat_map
from evals.kept import in_words
from evals.models import AgreementRun, RaterReport, RaterRun
from evals.queries.rater_runs import people

type Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cast:
    """The raters in the order they stand in: of their names, or, hidden, of a draw by the run."""

    names: dict[int, str]
    hidden: bool

    def named(self, documents: Iterable[Document]) -> list[tuple[str, Document]]:
        """Documents that have a `rater`, in the order of the cast, each with the name."""
        place = {pk: at for at, pk in enumerate(self.names)}
        known = sorted(documents, key=lambda one: place[one["rater"]])
        return [(self.names[one["rater"]], one) for one in known]


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One line of components/intervals.html; places are percents of the axis."""

    name: str
    x: float | None
    x_low: float | None
    x_high: float | None
    value: str
    low: str
    high: str
    n: str
    undefined: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Values with intervals on one axis; `zero` is where its line stands."""

    ticks: list[tuple[float, str]]
    zero: float | None
    rows: list[IntervalRow]


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two raters: a coefficient with its interval, and the door to where they differ."""

    place: tuple[int, int]
    names: str
    value: str
    low: str
    high: str
    undefined: str
    percent: str
    n: int
    differ: int | None
    url: str
    pair: Pair


def cast(run: RaterRun, *, hidden: bool) -> Cast:
    """Names by id, or numbers that nobody can trace to a place in the alphabet."""
    named = people(one["rater"] for one in run.document["raters"])
    if not hidden:
        order = sorted(named, key=lambda pk: (named[pk].casefold(), pk))
        return Cast({pk: named[pk] for pk in order}, hidden=False)
    drawn = sorted(named, key=lambda pk: hashlib.sha256(f"{run.pk} {pk}".encode()).digest())
    numbered = {
        pk: _("Expert %(number)s") % {"number": number} for number, pk in enumerate(drawn, start=1)
    }
    return Cast(numbered, hidden=True)


def units_url(beside: AgreementRun | None, slug: str, cast: Cast, **query: object) -> str:
    """The units behind a number; none where names are hidden, since that page has them."""
    if beside is None or cast.hidden:
        return ""
    return f"{reverse('units', args=[slug, beside.pk])}?{urlencode(query)}"


def pair_rows(report: RaterReport, cast: Cast, door: Callable[[int, int], str]) -> list[PairRow]:
    """All pairs that share a unit, in the order of the cast."""
    place = {pk: at for at, pk in enumerate(cast.names)}
    rows = []
    for one in report.document["pairs"]:
        a, b = sorted((one["a"], one["b"]), key=place.__getitem__)
        url, reason = door(a, b), in_words(one["reason"])
        rows.append(
            PairRow(
                place=(place[a], place[b]),
                names=_("%(one)s and %(other)s") % {"one": cast.names[a], "other": cast.names[b]},
                value=_text(one["value"]),
                low=_text(one["low"]),
                high=_text(one["high"]),
                undefined=reason,
                percent="" if one["percent"] is None else figures.percent(one["percent"]),
                n=one["n"],
                differ=one["n_differ"],
                url=url,
                pair=Pair(one["value"], one["n"], reason, url),
            )
        )
    return sorted(rows, key=lambda row: row.place)


def pairs_map(rows: Iterable[PairRow], cast: Cast) -> HeatMap | None:
    """The same pairs as squares."""
    return heat_map(list(cast.names.values()), {row.place: row.pair for row in rows})


def around_zero(
    told: Iterable[tuple[str, Document]], notes: Mapping[str, str] | None = None
) -> Intervals:
    """Signed figures on an axis with 0 in its middle, wide enough for all of them."""
    known = list(told)
    ends = [one[key] for _, one in known for key in ("value", "low", "high")]
    reach = max([0.5, *(abs(end) for end in ends if end is not None)])
    rows = [_row(name, one, -reach, reach, notes, signed=True) for name, one in known]
    ticks = [
        (0.0, _text(-reach, 1, signed=True)),
        (50.0, "0"),
        (100.0, _text(reach, 1, signed=True)),
    ]
    return Intervals(ticks, 50.0, rows)


def shares(
    told: Iterable[tuple[str, Document]], notes: Mapping[str, str] | None = None
) -> Intervals:
    """Figures between 0 and 1 on that axis."""
    rows = [_row(name, one, 0.0, 1.0, notes, signed=False) for name, one in told]
    return Intervals([(0.0, "0"), (50.0, "0.5"), (100.0, "1")], None, rows)


def estimate(one: Document, *, signed: bool = False) -> dict[str, str]:
    """A figure as components/estimate.html takes it."""
    texts = {key: _text(one[key], signed=signed) for key in ("value", "low", "high")}
    return {**texts, "n": figures.thousands(one["n"]), "undefined": in_words(one["reason"])}


def _row(
    name: str,
    one: Document,
    low: float,
    high: float,
    notes: Mapping[str, str] | None,
    *,
    signed: bool,
) -> IntervalRow:
    def at(value: float | None) -> float | None:
        if value is None:
            return None
        return round((min(max(value, low), high) - low) / (high - low) * 100, 2)

    said = estimate(one, signed=signed)
    return IntervalRow(
        name=name,
        x=at(one["value"]),
        x_low=at(one["low"]),
        x_high=at(one["high"]),
        url=one.get("url", ""),
        note=(notes or {}).get(name, ""),
        **said,
    )


def _text(value: float | None, places: int = 2, *, signed: bool = False) -> str:
    if value is None:
        return ""
    text = figures.decimal(value, places)
    return f"+{text}" if signed and value > 0 and text.strip("0.") else text
