"""Milder or stricter than the others on the same units."""

import numpy as np
import pytest

from evals.reliability.leniency import leniency
from tests.unit.reliability.rated_by import rated_by


def test_one_level_milder_than_two_others():
    found = leniency(rated_by("4" * 12, "3" * 12, "3" * 12, values=(1, 2, 3, 4, 5)), "ordinal")
    # 4 - 3 = 1; 3 - (4 + 3) / 2 = -.5
    assert [one.value for one in found] == pytest.approx([1, -0.5, -0.5])
    assert found[0].n == 12
    # every unit says the same, and resampling cannot know better
    assert (found[0].low, found[0].high) == (1, 1)


def test_only_common_units_count():
    answers = rated_by("1" * 10 + "1" * 30, "0" * 10 + "." * 30)
    found = leniency(answers, "nominal")
    assert (found[0].value, found[0].n) == (1.0, 10)
    assert (found[1].value, found[1].n) == (-1.0, 10)


def test_on_an_interval_scale_it_has_the_scale_s_unit():
    answers = rated_by("9" * 10, "1" * 10, values=(1, 5, 9))
    assert leniency(answers, "interval")[0].value == pytest.approx(8)
    assert leniency(answers, "ordinal")[0].value == pytest.approx(2)


def test_the_interval_covers_a_known_leniency():
    rng = np.random.default_rng(6)
    truth = rng.integers(1, 5, 200)
    mild = np.where(rng.random(200) < 0.3, truth + 1, truth)
    rows = ["".join(map(str, row)) for row in (mild, truth, truth)]
    found = leniency(rated_by(*rows, values=(1, 2, 3, 4, 5), per_item=2), "ordinal")
    assert found[0].low < 0.3 < found[0].high
    assert found[0].low > 0.15
    assert found[0].method == "item bootstrap"


def test_reasons():
    nominal = leniency(rated_by("1" * 12, "2" * 12, values=(1, 2, 3)), "nominal")
    assert nominal[0].reason == "The levels have no order, so nobody is lenient."
    few = leniency(rated_by("1" * 9, "0" * 9, "........."), "nominal")
    assert few[0].reason == "Only 9 shared units: 10 are needed."
    assert few[2].reason == "None of this expert's units was rated by another one."
    alone = leniency(rated_by("1" * 12), "nominal")
    assert alone[0].value is None
    assert leniency(rated_by(), "nominal") == ()
