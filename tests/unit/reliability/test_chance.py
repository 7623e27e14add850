"""Unanimity by chance: enumerated, shuffled, and on the stories of models."""

from collections import Counter
from itertools import permutations

import numpy as np
import pytest

from evals.reliability import UnitCounts, chance
from tests.unit.reliability.tables import needs_ttcw, of_generator, rated, simulated, ttcw


def enumerated(units: list[str], level: str | None) -> tuple[float, float]:
    """Mean and variance of unanimous units over every order of the ratings."""
    sizes = [len(unit) for unit in units]
    ends = np.cumsum(sizes).tolist()
    found: Counter[int] = Counter()
    for order in permutations("".join(units)):
        dealt = [order[end - size : end] for end, size in zip(ends, sizes, strict=True)]
        found[
            sum(
                len(set(unit)) == 1 and len(unit) > 1 and (level is None or unit[0] == level)
                for unit in dealt
            )
        ] += 1
    values = np.array(list(found.elements()))
    return float(values.mean()), float(values.var())


@pytest.mark.parametrize("level", [None, "0", "1"])
@pytest.mark.parametrize(
    "units", [["111", "00", "1", "01"], ["11", "02", "21", "0"], ["0000", "111"]]
)
def test_mean_and_spread_are_exact(units, level):
    table = rated(*units, values=(0, 1, 2))
    wanted = None if level is None else float(level)
    found = chance.permutation([table], levels=[wanted], replicates=10)
    mean, variance = enumerated(units, level)
    assert found.mean == pytest.approx(mean)
    assert found.sd == pytest.approx(variance**0.5)


def test_the_p_value_is_that_of_shuffled_ratings():
    units = ["111", "00", "1", "01", "110", "10"]
    ratings = np.array([int(digit) for digit in "".join(units)])
    shuffled = np.random.default_rng(4).permuted(np.tile(ratings, (20_000, 1)), axis=1)
    shared = [(0, 3), (3, 5), (6, 8), (8, 11), (11, 13)]
    unanimous = sum((np.ptp(shuffled[:, a:b], axis=1) == 0).astype(int) for a, b in shared)
    found = chance.permutation([rated(*units)], seed=1)
    assert found.observed == 2
    assert found.p_value == pytest.approx(float(np.mean(unanimous >= 2)), abs=0.04)
    assert found == chance.permutation([rated(*units)], seed=1)


def test_large_tables_use_the_exact_moments(monkeypatch):
    table = simulated(np.random.default_rng(1), items=300, per_item=1, raters=3, levels=2)
    noise = table.select(np.arange(300) < 150)
    shuffled = chance.permutation([noise], replicates=4000)
    monkeypatch.setattr(chance, "_SHUFFLES_MAX", 0)
    normal = chance.permutation([noise])
    assert normal.method.startswith("normal approximation")
    assert (normal.mean, normal.sd) == (shuffled.mean, shuffled.sd)
    assert normal.p_value == pytest.approx(shuffled.p_value, abs=0.01)


@pytest.mark.parametrize("rare", [8, 30])
def test_few_units_more_than_must_be_are_rare_events(monkeypatch, rare):
    # 300 units of three with a few rare answers, two of them on one unit
    units = ["011", *["001"] * (rare - 2), *["000"] * (301 - rare)]
    table = rated(*units)
    shuffled = chance.permutation([table], replicates=8000)
    monkeypatch.setattr(chance, "_SHUFFLES_MAX", 0)
    poisson = chance.permutation([table])
    assert poisson.method.startswith("Poisson")
    assert poisson.p_value == pytest.approx(shuffled.p_value, abs=0.02)


def test_a_rare_unanimity_is_a_rare_event(monkeypatch):
    rng = np.random.default_rng(6)
    counts = np.array([np.bincount(rng.integers(0, 30, 3), minlength=30) for _ in range(900)])
    counts[:2] = 3 * np.eye(30, dtype=np.int64)[[4, 5]]
    table = UnitCounts.from_matrix(range(30), counts)
    shuffled = chance.permutation([table], replicates=2000)
    monkeypatch.setattr(chance, "_SHUFFLES_MAX", 0)
    poisson = chance.permutation([table])
    # about one unit of 900 is unanimous by chance: 900 / 30^2
    assert shuffled.mean == pytest.approx(1, abs=0.1)
    assert poisson.method.startswith("Poisson")
    assert poisson.p_value == pytest.approx(shuffled.p_value, abs=0.03)


def test_a_report_has_the_p_value_of_its_unanimous_units():
    assert chance.p_value(rated("1", "0")) is None
    # both units are unanimous in 2 of the 6 ways to deal 1, 1, 0, 0
    assert chance.p_value(rated("11", "00")) == pytest.approx(1 / 3, abs=0.05)


def test_expected_by_the_marginals():
    # shares .25 and .75 of the eight ratings: one unit of three, two of two, one single
    table = rated("111", "11", "00", "1")
    assert chance.expected_unanimous(table) == pytest.approx(
        0.25**3 + 0.75**3 + 2 * (0.25**2 + 0.75**2)
    )
    assert chance.expected_unanimous(table, level=0) == pytest.approx(0.25**3 + 2 * 0.25**2)


def test_unanimous_at_one_level():
    table = rated("111", "11", "00", "1", "10")
    assert chance.unanimous(table) == 3
    assert chance.unanimous(table, level=1) == 2
    with pytest.raises(ValueError, match="no level 5"):
        chance.unanimous(table, level=5)


def test_no_shared_unit_is_no_surprise():
    found = chance.permutation([rated("1", "0")])
    assert (found.observed, found.mean, found.sd, found.p_value) == (0, 0.0, 0.0, 1.0)
    assert chance.permutation([]).p_value == 1.0


@needs_ttcw
def test_ttcw_unanimous_units():
    assert sum(chance.unanimous(table) for table in ttcw().values()) == 400
    assert sum(len(table) for table in ttcw().values()) == 672


@needs_ttcw
def test_ttcw_unanimous_no_on_stories_of_models_is_mostly_prevalence():
    tables = list(ttcw(models_only=True).values())
    by_generator = {
        name: sum(chance.unanimous(of_generator(table, name), level=0) for table in tables)
        for name in ("GPT3.5", "GPT4", "Claude")
    }
    assert by_generator == {"GPT3.5": 128, "GPT4": 67, "Claude": 67}
    found = chance.permutation(tables, levels=[0] * 14)
    assert found.observed == 262
    assert found.mean == pytest.approx(252.7, abs=0.05)
    assert found.sd == pytest.approx(4.99, abs=0.05)
    assert 0.03 < found.p_value < 0.055
    assert found.sentence() == (
        f"262 units are unanimous; shuffled answers alone would give about 253 ± 5 "
        f"(one-sided p = {found.p_value:.3g}). "
        "Most of this agreement is prevalence: one answer is simply common."
    )
    expected = sum(chance.expected_unanimous(table, level=0) for table in tables)
    assert expected == pytest.approx(254.35, abs=0.01)
