"""Chance-corrected coefficients: by hand, against each other, and where they have no value."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evals.reliability import UnitCounts, gwet, kappas
from evals.reliability.alpha import krippendorff_alpha
from evals.reliability.answers import Answers
from evals.reliability.clusters import moments
from evals.reliability.conger import conger
from evals.reliability.linearised import Spread
from evals.reliability.statistic import Undefined
from evals.reliability.tally import Tally
from evals.reliability.weights import Scheme, level_weights
from tests.unit.reliability.tables import canonical, rated, simulated
from tests.unit.reliability.test_alpha import tables

ALL = [
    kappas.percent,
    kappas.brennan_prediger,
    kappas.fleiss,
    kappas.gwet_ac,
    kappas.weighted_alpha,
]
ESTIMATED = [kappas.fleiss, kappas.weighted_alpha]


def as_answers(*units):
    """A string a unit, a digit a rater, a dot where the rater gave no rating."""
    entries = [
        (unit, rater, int(digit))
        for unit, digits in enumerate(units)
        for rater, digit in enumerate(digits)
        if digit != "."
    ]
    columns = np.array(entries).T if entries else np.zeros((3, 0), dtype=int)
    raters = max((len(digits) for digits in units), default=0)
    return Answers.of(
        units=columns[0],
        raters=columns[1],
        given=columns[2],
        values=(0, 1),
        n_units=len(units),
        n_raters=raters,
    )


def test_by_hand():
    # pairs agree on 1, 1/3, 1 of three units; shares 1, 2/3, 0 of them say 1: pi = 5/9 and 4/9
    table = rated("111", "110", "000")
    observed, pi = 7 / 9, 5 / 9
    assert kappas.percent(table).value == pytest.approx(observed)
    by_shares = pi**2 + (1 - pi) ** 2
    assert kappas.fleiss(table).expected == pytest.approx(by_shares)
    assert kappas.fleiss(table).value == pytest.approx((observed - by_shares) / (1 - by_shares))
    assert kappas.brennan_prediger(table).value == pytest.approx(2 * observed - 1)
    assert kappas.gwet_ac(table).expected == pytest.approx(2 * pi * (1 - pi))
    # the share of agreeing units differs from its mean by 2/9, -4/9, 2/9
    assert kappas.percent(table).se == pytest.approx(((4 + 16 + 4) / 81 / (3 * 2)) ** 0.5)


def test_conger_by_hand():
    # the shares of 1 are 1, 1/2, 1/2: pairs agree by chance in 1/2, 1/2 and 1/2
    table = as_answers("110", "101")
    found = conger(table)
    assert found.observed == pytest.approx(1 / 3)
    assert found.expected == pytest.approx(1 / 2)
    assert found.value == pytest.approx(-1 / 3)


@given(tables(), st.sampled_from([Scheme.IDENTITY, Scheme.LINEAR, Scheme.QUADRATIC]))
def test_values_equal_those_of_the_main_engine(table, scheme):
    ac = gwet.ac1(table) if scheme is Scheme.IDENTITY else gwet.ac2(table, scheme.value)
    found = kappas.gwet_ac(table, scheme)
    assert found.statistic.undefined == ac.undefined
    assert found.statistic.one_class == ac.one_class
    assert found.value == (None if ac.value is None else pytest.approx(ac.value, abs=1e-10))


@given(tables())
def test_two_of_the_weighted_alphas_are_plain_alphas(table):
    by_value = level_weights("quadratic", table.values, by_value=True)
    for weights, measurement in (("identity", "nominal"), (by_value, "interval")):
        theirs = krippendorff_alpha(table, measurement)
        ours = kappas.weighted_alpha(table, weights)
        assert ours.statistic.undefined == theirs.undefined
        if ours.value is not None:
            assert ours.value == pytest.approx(theirs.value, abs=1e-9)


@given(tables(), st.sampled_from(ALL), st.randoms(use_true_random=False))
def test_neither_the_order_of_units_nor_the_names_of_levels_matter(table, coefficient, random):
    units, levels = list(range(len(table))), list(range(len(table.values)))
    random.shuffle(units)
    random.shuffle(levels)
    other = UnitCounts.from_matrix(table.values, table.counts[units][:, levels])
    before, after = coefficient(table), coefficient(other)
    assert before.statistic.undefined == after.statistic.undefined
    if before.value is not None:
        assert after.value == pytest.approx(before.value, abs=1e-9)
        assert after.se == (None if before.se is None else pytest.approx(before.se, abs=1e-9))


@pytest.mark.parametrize("coefficient", ALL)
def test_copies_of_a_response_under_one_item_know_no_more(coefficient):
    units = ["111", "000", "110", "111", "000", "100", "000", "111"] * 3
    alone = coefficient(rated(*units))
    together = coefficient(rated(*[unit for unit in units for _ in range(4)], per_item=4))
    as_if_apart = coefficient(rated(*units * 4))
    # alpha's small-sample correction sees more ratings
    assert together.value == pytest.approx(alone.value, abs=0.01)
    assert together.se == pytest.approx(alone.se, rel=1e-9)
    # a quarter of the variance, with 95 in place of 23 in the small-sample factor
    assert as_if_apart.se == pytest.approx(alone.se / 2 * (96 / 95 / (24 / 23)) ** 0.5, rel=1e-9)
    assert together.interval.method == "linearised standard error by item, t"


@pytest.mark.parametrize(("items", "per_item"), [(200, 3), (20, 90)])
@pytest.mark.parametrize("coefficient", ALL)
def test_many_items_are_measured_from_their_moments_alike(coefficient, items, per_item):
    rng = np.random.default_rng(8)
    counts = simulated(rng, items=items, per_item=per_item, raters=4, levels=5)
    tally = Tally.of(counts)
    condensed = Tally(
        tally.values,
        tally.declared,
        tally.rows,
        tally.na,
        tally.cannot,
        tally.repeats,
        moments(tally.clusters, tally.pairable()),
    )
    one, other = coefficient(tally), coefficient(condensed)
    assert (other.value, other.n_units) == (one.value, one.n_units)
    assert other.se == pytest.approx(one.se, rel=1e-9)


@pytest.mark.parametrize("coefficient", [*ALL, conger])
def test_the_error_is_the_spread_of_resampled_items(coefficient):
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 2, 300)
    given = np.where(rng.random((300, 3)) < 0.8, truth[:, None], rng.integers(0, 2, (300, 3)))
    units, raters = np.indices(given.shape)

    def measured(rows):
        answers = Answers.of(
            units=units.ravel(), raters=raters.ravel(), given=given[rows].ravel(), values=(0, 1)
        )
        return coefficient(answers if coefficient is conger else answers.counts())

    drawn = [measured(rng.integers(0, 300, 300)).value for _ in range(300)]
    # 300 resamples know their own spread to 4 %
    assert measured(np.arange(300)).se == pytest.approx(np.std(drawn), rel=0.12)


@pytest.mark.parametrize("coefficient", ALL)
def test_without_a_value_there_is_a_reason(coefficient):
    def reason(table, **known):
        found = coefficient(table, **known)
        assert (found.value is None) == (found.statistic.undefined is not None)
        if found.value is None:
            assert (found.se, found.observed, found.interval.low) == (None, None, None)
        return found.statistic.undefined

    assert reason(UnitCounts.from_rows([], values=(0, 1))) is Undefined.NO_RATINGS
    assert reason(rated("1", "0"), raters=1) is Undefined.ONE_RATER
    assert reason(rated("1", "0")) is Undefined.NO_SHARED_UNIT
    estimated = coefficient in ESTIMATED
    assert reason(rated("11", "11")) == (Undefined.ONE_VALUE if estimated else None)
    assert reason(rated("11", "11", "0")) == (Undefined.ONE_VALUE if estimated else None)
    assert reason(rated("10", "1")) == (Undefined.SINGLE_UNIT if estimated else None)
    long = UnitCounts.from_rows([(u, u, u + r, 1) for u in range(600) for r in range(2)])
    levels = coefficient in (kappas.brennan_prediger, kappas.gwet_ac)
    expected = Undefined.NO_DECLARED_LEVELS if levels else Undefined.TOO_MANY_LEVELS
    assert reason(long) is expected
    only = rated("11", values=(1,))
    if levels:
        assert reason(only) is Undefined.ONE_LEVEL


def test_conger_without_a_value():
    assert conger(as_answers()).statistic.undefined is Undefined.NO_RATINGS
    assert conger(as_answers("1", "0")).statistic.undefined is Undefined.ONE_RATER
    assert conger(as_answers("1.", ".0")).statistic.undefined is Undefined.NO_SHARED_UNIT
    assert conger(as_answers("11", "11")).statistic.undefined is Undefined.ONE_VALUE
    assert conger(as_answers("10")).statistic.undefined is Undefined.SINGLE_UNIT
    # a rater of whom nothing was used is no rater
    assert conger(as_answers("10.", "11.")).value == conger(as_answers("10", "11")).value


def test_one_answer_everywhere_is_marked():
    for coefficient in (kappas.gwet_ac, kappas.brennan_prediger, kappas.percent):
        found = coefficient(rated(*["111"] * 40))
        assert (found.value, found.statistic.one_class) == (1.0, True)
        assert found.interval.method == "no interval: every item says the same"


def test_the_level_of_the_interval():
    wide = kappas.fleiss(canonical(), spread=Spread(0.99)).interval
    narrow = kappas.fleiss(canonical(), spread=Spread(0.5)).interval
    assert wide.low < narrow.low < narrow.high <= wide.high == 1.0
    assert kappas.percent(rated("11", "10", per_item=2)).interval.method == (
        "no interval: it takes two items to see any spread"
    )


@given(tables(fewest=2, most=4), st.sampled_from(ALL), st.sampled_from(Scheme))
def test_never_not_a_number(table, coefficient, scheme):
    assume(scheme is not Scheme.RATIO or min(table.values) >= 0)
    found = coefficient(table, scheme)
    for number in (found.value, found.se, found.interval.low, found.interval.high):
        assert number is None or np.isfinite(number)


def test_a_slider_is_no_burden():
    rng = np.random.default_rng(2)
    values = np.clip(rng.integers(0, 101, 3000)[:, None] + rng.integers(-9, 10, (3000, 3)), 0, 100)
    rows = [(u, u, float(value), 1) for u in range(3000) for value in values[u]]
    table = UnitCounts.from_rows(rows, values=range(101))
    by_value = level_weights("quadratic", table.values, by_value=True)
    found = kappas.weighted_alpha(table, by_value)
    assert found.value == pytest.approx(krippendorff_alpha(table, "interval").value, abs=1e-9)
    assert found.se < 0.002
