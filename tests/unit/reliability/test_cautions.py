"""What is said beside intervals that hold the truth less often than they promise."""

import pytest

from benchmarks.coverage import Study, covered, true_alpha
from evals.reliability.cautions import coverage_note


@pytest.mark.parametrize(
    ("items", "prevalence", "times"),
    [(20, 0.5, 91), (20, 0.78, 87), (60, 0.78, 92), (100, 0.88, 87)],
)
def test_few_items_or_rare_answers_are_said_to_cover_less(items, prevalence, times):
    assert f"about {times} times in 100" in coverage_note(items, prevalence)


@pytest.mark.parametrize(("items", "prevalence"), [(50, 0.5), (100, 0.78), (400, 0.9)])
def test_intervals_that_keep_their_promise_need_no_note(items, prevalence):
    assert coverage_note(items, prevalence) is None


def test_the_truth_that_intervals_are_held_against():
    # two experts of .9 differ on .18 of responses; a balanced question differs on .5 by chance
    assert true_alpha(0.5) == pytest.approx(1 - 0.18 / 0.5)
    # .135 + .085 = .22 say yes: 2 x .22 x .78 by chance
    assert true_alpha(0.15) == pytest.approx(1 - 0.18 / (2 * 0.22 * 0.78))


@pytest.mark.parametrize("responses", [1, 4])
def test_fifty_items_cover_within_a_simulation(responses):
    # 120 studies: .95 with a standard error of .02
    assert covered(Study(50, responses, 0.5), 120)["covered"] > 0.88
