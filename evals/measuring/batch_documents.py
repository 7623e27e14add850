"""What a comparison of raters says about a batch as a whole: time, minutes of work, halo."""

from __future__ import annotations

from typing import Any

import numpy as np

from evals.measuring.rater_documents import DOCUMENT
from evals.measuring.rater_figures import figure_json
from evals.queries.raters import Floats, Integers, RatedBatch
from evals.queries.value_counts import measurement_of
from evals.reliability import sentences
from evals.reliability.halo import CRITERIA_MAX, halo
from evals.reliability.minutes import Sittings, by_minute, closeness, falls_at, trend
from evals.reliability.pace import pace
from labeling.spec import ScaleType

# Halo holds some numbers for each rating and each pair of criteria; above this many, responses
# are drawn at random.
HALO_CELLS = 2_000_000


def of_batch(rated: RatedBatch, sat: Sittings, *, seed: int) -> dict[str, Any]:
    """What concerns no single criterion; `sat` has an entry a rating."""
    return {
        "version": DOCUMENT,
        "n_ratings": len(rated.rater),
        "raters": [{"rater": rater} for rater in rated.raters],
        "pace": _pace(rated),
        "minutes": _minutes(rated, sat, seed),
        "halo": _halo(rated, seed),
    }


def _pace(rated: RatedBatch) -> dict[str, Any]:
    """By rater: seconds per criterion, and how many ratings were hardly read."""
    answered = np.count_nonzero(rated.answers, axis=1)
    seconds = np.where(rated.active_ms >= 0, rated.active_ms / 1000, -1.0)
    found = pace(rated.rater, seconds, answered, n_raters=len(rated.raters))
    return {
        str(rater): {
            "n": one.n,
            "unmeasured": one.unmeasured,
            "median": one.median,
            "quartiles": one.quartiles,
            "hasty": len(one.hasty),
            "reason": one.reason,
        }
        for rater, one in zip(rated.raters, found, strict=True)
    }


def _minutes(rated: RatedBatch, sat: Sittings, seed: int) -> dict[str, Any]:
    """Agreement in each stretch of a sitting, all criteria joined."""
    if not rated.have_times:
        return {"reason": sentences.NO_TIMES()}
    rows, near, groups = _closeness(rated)
    minute, items = sat.minute[rows], rated.items[rated.response[rows]]
    return {
        "reason": None,
        "n_sittings": int(sat.sitting.max(initial=-1)) + 1,
        "stretches": [
            {"start": one.start, "end": one.end, **figure_json(one.agreement)}
            for one in by_minute(minute, near, items)
        ],
        "trend": figure_json(trend(minute, near, items, groups, seed=seed)),
        "own": _own_minutes(rated, rows, minute, near, items),
    }


def _own_minutes(
    rated: RatedBatch, rows: Integers, minute: Floats, near: Floats, items: Integers
) -> dict[str, Any]:
    """By rater, for themselves alone: from which minute of a sitting their agreement falls.

    Of whom fewer than two stretches are known nothing is said, so an earlier batch still tells.
    """
    found = {}
    for at, rater in enumerate(rated.raters):
        mine = rated.rater[rows] == at
        curve = by_minute(minute[mine], near[mine], items[mine])
        if sum(one.agreement.low is not None for one in curve) < 2:
            continue
        found[str(rater)] = {
            "falls_at": falls_at(curve),
            "stretches": [
                {"start": one.start, "end": one.end, **figure_json(one.agreement)} for one in curve
            ],
        }
    return found


def _closeness(rated: RatedBatch) -> tuple[Integers, Floats, Integers]:
    """Which rating, how near to the others, and rater and criterion in one, of every answer."""
    parts = []
    for column, criterion in enumerate(rated.criteria):
        given = rated.given(column, rated.fixed)
        near, compared = closeness(given.answers, measurement_of(criterion.scale))
        group = given.answers.raters * len(rated.criteria) + column
        parts.append((given.rows[compared], near[compared], group[compared]))
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)
    rows, near_by, groups = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, near_by, groups


def _halo(rated: RatedBatch, seed: int) -> dict[str, Any]:
    """Pairs of criteria whose levels have an order: how much a rater's answers spill over."""
    columns = [at for at, one in enumerate(rated.criteria) if one.scale != ScaleType.NOMINAL]
    if len(columns) < 2:
        return {"reason": sentences.ONE_ORDERED()}
    rows = _drawn(rated, len(columns), seed)
    scored = np.column_stack([rated.scored(column)[rows] for column in columns])
    numbers = np.where(scored, rated.values[np.ix_(rows, columns)], np.nan)
    units = rated.response[rows]
    found = halo(
        numbers, rated.rater[rows], units, rated.items[units], n_raters=len(rated.raters), seed=seed
    )
    keys = [rated.criteria[column].key for column in columns]
    return {
        "reason": None,
        "n_ratings": len(rows),
        "drawn": len(rows) < int(rated.fixed.sum()),
        "mean": figure_json(found.mean),
        "pairs": [
            {
                "first": keys[pair.first],
                "second": keys[pair.second],
                "within": figure_json(pair.within),
                "between": figure_json(pair.between),
                "excess": figure_json(pair.excess),
            }
            for pair in found.pairs
        ],
        "raters": [
            {"rater": rater, **figure_json(one)}
            for rater, one in zip(rated.raters, found.raters, strict=True)
        ],
        "left_out": [keys[column] for column in found.left_out],
    }


def _drawn(rated: RatedBatch, criteria: int, seed: int) -> Integers:
    """Ratings of whole responses, drawn at random where all would be too many."""
    compared = min(criteria, CRITERIA_MAX)
    most = HALO_CELLS // max(1, compared * (compared - 1) // 2)
    if int(rated.fixed.sum()) <= most:
        return np.flatnonzero(rated.fixed)
    kept = np.random.default_rng(seed).random(len(rated.responses)) < most / rated.fixed.sum()
    return np.flatnonzero(rated.fixed & kept[rated.response])
