"""Credit for near misses: tables worked out by hand."""

import numpy as np
import pytest

from evals.reliability.weights import Scheme, is_plain, level_weights, weights_of


def first_row(scheme, values=(1, 2, 3, 4, 5), **how):
    return level_weights(scheme, values, **how)[0].tolist()


def test_one_to_five():
    assert first_row("identity") == [1, 0, 0, 0, 0]
    assert first_row("linear") == pytest.approx([1, 3 / 4, 2 / 4, 1 / 4, 0])
    assert first_row("quadratic") == pytest.approx([1, 15 / 16, 12 / 16, 7 / 16, 0])
    assert first_row("radical") == pytest.approx([1, 1 / 2, 1 - 2**0.5 / 2, 1 - 3**0.5 / 2, 0])
    # 1, 3, 6, 10 pairs of levels lie between the ends
    assert first_row("ordinal") == pytest.approx([1, 9 / 10, 7 / 10, 4 / 10, 0])
    # (1/3)^2, (2/4)^2, (3/5)^2 over (4/6)^2
    assert first_row("ratio") == pytest.approx([1, 3 / 4, 7 / 16, 1 - 0.36 * 2.25, 0])
    # 1 / (1 x 7), 4 / (2 x 6), 9 / (3 x 5), 16 / (4 x 4)
    assert first_row("bipolar") == pytest.approx([1, 6 / 7, 2 / 3, 2 / 5, 0])
    turn = np.sin(np.pi * np.arange(5) / 5) ** 2
    assert first_row("circular") == pytest.approx((1 - turn / turn.max()).tolist())


def test_levels_are_equal_steps_unless_their_values_are_asked_for():
    assert first_row("linear", (0, 1, 10)) == pytest.approx([1, 0.5, 0])
    assert first_row("linear", (0, 1, 10), by_value=True) == pytest.approx([1, 0.9, 0])
    # ratio weights are about the values by their nature: (9 / 11)^2 against 1
    assert level_weights("ratio", (0, 1, 10))[1].tolist() == pytest.approx([0, 1, 1 - 81 / 121])


@pytest.mark.parametrize("scheme", Scheme)
def test_every_scheme_is_a_table_of_credit(scheme):
    for values in ((3.0,), (0, 1), (5, 2, 1), (0, 0.5, 1, 4, 8)):
        table = level_weights(scheme, values)
        assert np.array_equal(table, table.T)
        assert np.diagonal(table).tolist() == [1] * len(values)
        assert (table.min(), table.max()) == (1.0 if len(values) == 1 else 0.0, 1.0)


def test_what_is_no_scale_is_refused():
    with pytest.raises(ValueError, match="values of 0 or more"):
        level_weights("ratio", (-1, 1))
    with pytest.raises(ValueError, match="each level once"):
        level_weights("quadratic", (1, 1), by_value=True)
    with pytest.raises(ValueError, match="'cubic' is not a valid Scheme"):
        level_weights("cubic", (1, 2))


def test_a_table_of_ones_own():
    own = np.array([[1, 0.3], [0.3, 1]])
    assert weights_of(own, (1, 2)).tolist() == own.tolist()
    assert not is_plain(own)
    assert is_plain(np.eye(3))
    assert is_plain("identity")
    for wrong in (np.eye(3), np.array([[1, 0.3], [0.2, 1]]), np.array([[0.9, 0], [0, 1]])):
        with pytest.raises(ValueError, match="symmetric table of 2 x 2"):
            weights_of(wrong, (1, 2))
