"""The settled answer of each unit, from the experts' consensus or from an adjudicator's ruling.

Nominal and binary: the mode; not where it ties, nor where the majority is known with less than .9.
Ordinal: the median of the posterior; not where the answers fall into two groups (Tastle-Wierman
under .5), nor between two levels. Interval: the median; not where the standard deviation is over
a quarter of the range. What is not settled so is for an adjudicator.

A ruling goes before the consensus and overwrites no score: the distribution stays what it was.
'Legitimate disagreement' settles nothing: the unit keeps its distribution and is no reference.
"""

from collections.abc import Mapping

import numpy as np

from evals.reliability import prior as priors
from evals.reliability.answers import METRIC
from evals.reliability.consensus import clarity, mode
from evals.reliability.counts import Floats, Integers, Mask, UnitCounts
from evals.reliability.dispersion import ordered_consensus
from evals.reliability.patterns import unit_patterns
from evals.reliability.prior import Prior
from evals.reliability.scientific import sparse
from evals.reliability.settled import LEGITIMATE, Open, Ruling, Settled, Settlement, Source
from evals.reliability.sums import Measurement

__all__ = ["Open", "Ruling", "Settled", "Settlement", "Source", "bimodal", "middle", "settle"]

KNOWN_MIN = 0.9
BIMODAL_BELOW = 0.5
SCATTERED_ABOVE = 0.25
_STRICT = (Open.NOT_KNOWN, Open.SCATTERED)


def settle(
    counts: UnitCounts,
    measurement: Measurement | str,
    *,
    rulings: Mapping[int, Ruling] | None = None,
    na: Integers | None = None,
    cannot_assess: Integers | None = None,
    raters_min: int = 2,
    strict: bool = True,
    prior: Prior | None = None,
    reach: float | None = None,
) -> Settlement:
    """Settle every unit.

    `rulings` by position of the unit, the latest of each. `na` and `cannot_assess` count such
    answers of each unit. `prior` is a fitted one (`prior.if_enough`): a nominal majority must be
    known under it and under the flat one. `reach` is the range of an interval scale (default: of
    the values seen). Without `strict` the leading answer is enough: NOT_KNOWN and SCATTERED are
    not asked. ValueError: a ruling that is no level.
    """
    scale = Measurement(measurement)
    _refuse_foreign(rulings or {}, counts)
    values, found = _point(counts, scale, prior, reach)
    if not strict:
        found = {why: mask for why, mask in found.items() if why not in _STRICT}
    found = {**_beforehand(counts, na, cannot_assess, raters_min), **found}
    settled_na = _settled_na(counts, na, cannot_assess)
    ruled, ruled_values, ruled_open = _ruled(rulings or {}, len(counts))
    taken = settled_na | ruled | np.logical_or.reduce([*ruled_open.values()])
    why = dict(ruled_open)
    for reason, mask in found.items():
        why[reason] = mask & ~taken
        taken = taken | mask
    settled = ruled | ~taken
    return Settlement(
        counts=counts,
        values=np.where(ruled, ruled_values, np.where(settled, values, np.nan)),
        settled=settled,
        ruled=ruled,
        not_applicable=settled_na & ~ruled & ~np.logical_or.reduce([*ruled_open.values()]),
        why=why,
    )


def middle(rows: Floats) -> Integers:
    """Position of the median of each row, a distribution over ordered levels."""
    cumulated = np.cumsum(rows, axis=1)
    # Rounding in the sum must not carry an exact half to the next level.
    return np.asarray((cumulated >= cumulated[:, -1:] * (0.5 - 1e-12)).argmax(axis=1))


def bimodal(rows: Integers | Floats) -> Mask:
    """Rows over three ordered levels or more that fall into two groups."""
    if rows.shape[1] < 3:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(np.nan_to_num(ordered_consensus(rows), nan=1.0) < BIMODAL_BELOW)


def _point(
    counts: UnitCounts, scale: Measurement, prior: Prior | None, reach: float | None
) -> tuple[Floats, dict[Open, Mask]]:
    if scale in METRIC or not counts.declared:
        return _continuous(counts, reach)
    patterns = unit_patterns(counts.counts)
    rows, of_unit = patterns.dense(), patterns.of_unit
    flat = priors.flat(rows.shape[1])
    values = np.array(counts.values)
    if scale is Measurement.NOMINAL:
        leading = mode(rows)
        known = np.minimum(clarity(rows, flat), clarity(rows, prior or flat))
        found = {Open.TIE: leading < 0, Open.NOT_KNOWN: known < KNOWN_MIN}
    else:
        # Flat, so that the ratings decide and not what is common elsewhere.
        leading = middle(rows + flat.mass)
        found = {Open.BIMODAL: bimodal(rows), Open.TIE: _between(rows)}
    return values[leading][of_unit], {why: mask[of_unit] for why, mask in found.items()}


def _between(rows: Integers) -> Mask:
    """An even number of ratings, half of them below a level and half above."""
    cumulated = np.cumsum(rows, axis=1)
    return np.asarray((2 * cumulated[:, :-1] == cumulated[:, -1:]).any(axis=1))


def _continuous(counts: UnitCounts, reach: float | None) -> tuple[Floats, dict[Open, Mask]]:
    table = sparse.csr_array(counts.counts).astype(np.float64)
    x = np.array(counts.values, dtype=np.float64)
    m = counts.sizes.astype(np.float64)
    centred = x - (float(np.median(x)) if len(x) else 0.0)
    spread = table @ centred**2 - (table @ centred) ** 2 / np.maximum(m, 1)
    sd = np.sqrt(np.maximum(spread, 0) / np.maximum(m - 1, 1))
    span = float(np.ptp(x)) if reach is None and len(x) else (reach or 0.0)
    return _medians(counts), {Open.SCATTERED: sd > SCATTERED_ABOVE * span}


def _medians(counts: UnitCounts) -> Floats:
    """Mean of the two middle ratings of each unit; NaN, inside the array, without ratings."""
    order = np.argsort(counts.values)
    table = sparse.csr_array(sparse.csr_array(counts.counts)[:, order])
    table.sort_indices()
    x = np.array(counts.values, dtype=np.float64)[order][table.indices]
    before = np.cumsum(table.data)
    start = np.concatenate([[0], before])[table.indptr[:-1]]
    rated = counts.sizes > 0
    answer = np.full(len(counts), np.nan)
    low, high = (start + (counts.sizes - 1) // 2)[rated], (start + counts.sizes // 2)[rated]
    cells = [np.searchsorted(before, place, side="right") for place in (low, high)]
    answer[rated] = (x[cells[0]] + x[cells[1]]) / 2
    return answer


def _beforehand(
    counts: UnitCounts, na: Integers | None, cannot: Integers | None, raters_min: int
) -> dict[Open, Mask]:
    none = np.zeros(len(counts), dtype=np.int64)
    not_applying, unable = (none if n is None else n for n in (na, cannot))
    answers = counts.sizes + not_applying
    return {
        Open.NO_RATINGS: answers + unable == 0,
        Open.CANNOT_ASSESS: (unable > 0) & (unable >= answers),
        Open.FEW_RATINGS: answers < raters_min,
        Open.APPLICABILITY: (not_applying > 0) & (counts.sizes > 0),
    }


def _settled_na(counts: UnitCounts, na: Integers | None, cannot: Integers | None) -> Mask:
    """Two experts or more, and all who could assess it, say that it does not apply."""
    if na is None:
        return np.zeros(len(counts), dtype=bool)
    unable = 0 if cannot is None else cannot
    return np.asarray((na >= 2) & (counts.sizes == 0) & (na > unable))


def _refuse_foreign(rulings: Mapping[int, Ruling], counts: UnitCounts) -> None:
    said = {ruling.value for ruling in rulings.values() if ruling.value is not None}
    if counts.declared and (foreign := said - set(counts.values)):
        raise ValueError(f"The scale has no level {min(foreign):g} to rule.")


def _ruled(rulings: Mapping[int, Ruling], n: int) -> tuple[Mask, Floats, dict[Open, Mask]]:
    """Units ruled a value, these values, and units ruled open."""
    ruled, values = np.zeros(n, dtype=bool), np.full(n, np.nan)
    legitimate, without = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    for unit, ruling in rulings.items():
        if ruling.reason == LEGITIMATE:
            legitimate[unit] = True
        elif ruling.value is None:
            without[unit] = True
        else:
            ruled[unit], values[unit] = True, ruling.value
    return ruled, values, {Open.LEGITIMATE: legitimate, Open.RULED_OPEN: without}
