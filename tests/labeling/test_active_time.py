"""Active time: one number for the expert and for the admin, correctable with a note."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import assigning, rating
from labeling.active_time import active_times, correct_time, duration
from labeling.errors import Conflict, Problems
from labeling.models import Batch, Rating, TimeCorrection
from labeling.pace import pace_of
from tests import factories
from tests.labeling.rating.seats import BOTH_MET, ONE_MET, opened, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project) -> Batch:
    return opened(project, count=6)


def rate(batch: Batch, rater, *seconds: int) -> list[Rating]:
    made = []
    for one in seconds:
        seat = assigning.claim_next(batch, rater)
        made.append(submit(seat, active_ms=1000 * one))
    return made


def test_the_time_is_what_the_desk_counted_at_each_seat(batch, ana, ben):
    rate(batch, ana, 60, 90)
    rate(batch, ben, 30)
    times = active_times(batch)
    assert (times[ana.pk].seconds, times[ana.pk].timed) == (150, 2)
    assert (times[ben.pk].seconds, times[ben.pk].timed) == (30, 1)
    assert set(active_times(batch, ben)) == {ben.pk}


def test_a_correction_goes_on_with_the_clock_and_is_not_counted_twice(batch, ana):
    """60 s for the rating; the clock stands at 75 s when it is corrected: 75 s in all."""
    (first,) = rate(batch, ana, 60)
    again = {"submission_id": "0b0f3b0a-7d53-4f0e-9e1b-0a1b2c3d4e5f", "active_ms": 75_000}
    rating.revise(first.assignment, ONE_MET, by=ana, **again)
    assert active_times(batch, ana)[ana.pk].seconds == 75


def test_what_one_says_of_ones_time_counts_with_its_reason(batch, ana):
    rate(batch, ana, 600)
    correct_time(batch, ana, minutes=15, note="Read the policy on paper.")
    correct_time(batch, ana, minutes=-5, note="Was on the phone.")
    time = active_times(batch, ana)[ana.pk]
    assert (time.seconds, time.corrected, time.corrections) == (1200, 600, 2)


@pytest.mark.parametrize(
    ("minutes", "note", "where"),
    [
        (0, "Nothing.", "minutes"),
        (1441, "Too long.", "minutes"),
        (-11, "More than there is.", "minutes"),
        (5, "  ", "note"),
        (5, "x" * 501, "note"),
        (5, "a\0b", "note"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(batch, ana, minutes, note, where):
    rate(batch, ana, 600)
    with pytest.raises(Problems) as caught:
        correct_time(batch, ana, minutes=minutes, note=note)
    assert [problem.where for problem in caught.value.problems] == [where]
    assert not TimeCorrection.objects.exists()


def test_only_who_worked_there_corrects(batch, ana):
    with pytest.raises(Conflict, match="You have not worked on this batch"):
        correct_time(batch, ana, minutes=5, note="I was there.")


def test_a_correction_is_a_fact(batch, ana, raw, refused):
    rate(batch, ana, 60)
    correct_time(batch, ana, minutes=1, note="Read on.")
    with refused("timecorrection_is_a_fact"):
        raw("update labeling_timecorrection set seconds = 1")
    with refused("permission denied"):
        raw("delete from labeling_timecorrection")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "none"), (20, "under a minute"), (60, "1 min"), (3540, "59 min"), (7500, "2 h 05")],
)
def test_durations_in_words(seconds, text):
    assert duration(seconds) == text


def test_the_pace_is_what_came_in(project, ana, ben):
    """6 responses x 2 experts = 12 ratings; 10 are in since 2 days: 5 a day, 2 left in 0.4 days.

    Of 10, 20, ... 100 s the median is 55 s, and 2 x 55 s are 1 min 50: 2 min.
    """
    answers = [factories.response(factories.item(project)) for _ in range(6)]
    batch = factories.batch(factories.published(project), answers, overlap=2)
    since = timezone.now() - timedelta(days=2)
    for slot, expert in enumerate((ana, ben), start=1):
        for place, answer in enumerate(answers[: 6 if slot == 1 else 4]):
            seat = factories.seat(batch, answer, expert, slot=slot)
            took = 10_000 * (place + 1 + (6 if slot == 2 else 0))
            values = {"cites_policy": 1, "polite": 1}
            factories.rating(seat, values, active_ms=took, submitted_at=since)
    pace = pace_of(batch)
    assert (pace.left, pace.newest, pace.timed) == (2, 10, 10)
    assert pace.quartiles == (32.5, 55.0, 77.5)
    assert pace.per_day == pytest.approx(5, rel=1e-3)
    assert pace.work == "2 min"
    assert (pace.done_on - pace.now) / timedelta(days=1) == pytest.approx(0.4, rel=1e-3)


def test_too_little_foretells_nothing(batch, ana):
    rate(batch, ana, 10, 20)
    pace = pace_of(batch)
    assert pace.per_day is None
    assert pace.done_on is None
    assert pace.left == 10


def test_without_any_time_the_work_is_not_known(batch, ana):
    submit(assigning.claim_next(batch, ana), BOTH_MET)
    assert pace_of(batch).work == ""
