"""The database holds what is asked again to its rules, whatever is written."""

from __future__ import annotations

import pytest

from labeling import assigning
from labeling.models import (
    Reask,
)
from tests import factories
from tests.labeling.moving import (
    opened,
)

pytestmark = pytest.mark.django_db


class TestSealedByTheDatabase:
    def test_two_seats_in_one_slot_and_round(self, refused, moved, ana, ben):
        seat = assigning.claim_next(moved, ana)
        with refused("assignment_slot_once"):
            factories.seat(moved, seat.response, ben, seat.slot, round=2, purpose="repeat")

    def test_a_second_seat_of_somebody_of_whom_nothing_is_asked(self, refused, moved, ana, ben):
        """What is asked again is taken once; and where nothing is, nobody sits twice."""
        seat = assigning.claim_next(moved, ana)
        for round_, person in ((3, ana), (2, ben), (3, ben)):
            with refused("assignment_asked_again"):
                factories.seat(moved, seat.response, person, seat.slot, round=round_)
        fresh = factories.response(factories.item(moved.project))
        with refused("assignment_asked_again"):
            factories.seat(moved, fresh, ben, 1, round=2, purpose="adaptive")

    def test_a_response_of_another_batch(self, raw, refused, moved, project):
        row = Reask.objects.first()
        other = opened(project, 1, version=moved.rubric_version, name="Other")
        with refused("reask_of_a_judged_place"):
            insert_changed(raw, row, f"batch_id = {other.pk}")

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("slot = slot + 5", "reask_of_a_judged_place"),
            ("purpose = 'gold'", "reask_of_a_judged_place"),
            ("judged_id = 0", "reask_of_a_judged_place"),
            ("project_id = 0", "reask_of_a_judged_place"),
            ("version_id = version_id - 1", "reask_of_the_batch_version"),
            ("criteria = '{}'", "reask_of_its_criteria"),
            ("criteria = criteria || 0::bigint", "reask_of_its_criteria"),
            ("criteria = criteria || criteria", "reask_of_its_criteria"),
            ("rater_id = rater_id + 1", "reask_of_its_rater"),
            ("assignment_id = judged_id", "reask_of_its_rater"),
            ("id = id", "reask_place_once"),
        ],
    )
    def test_a_row_that_does_not_fit(self, raw, refused, moved, change, rule):
        row = Reask.objects.order_by("rater").first()
        with refused(rule):
            insert_changed(raw, row, change, ended=rule != "reask_place_once")

    def test_a_criterion_that_is_carried_is_not_asked(self, raw, refused, moved):
        cites = moved.rubric_version.criteria.get(key="cites")
        with refused("reask_of_its_criteria"):
            change = f"criteria = criteria || {cites.pk}::bigint"
            insert_changed(raw, Reask.objects.first(), change)

    @pytest.mark.parametrize(
        "change",
        [
            "criteria = '{1}'",
            "version_id = version_id - 1",
            "slot = 7",
            "judged_id = 0",
            "created_at = now()",
            "follows_id = id",
        ],
    )
    def test_what_was_asked_stays(self, raw, refused, moved, change):
        with refused("reask_sealed"):
            raw(f"update labeling_reask set {change}")

    def test_it_is_taken_once_by_a_seat_in_its_place(self, raw, refused, moved, ana):
        seat = assigning.claim_next(moved, ana)
        other = Reask.objects.exclude(assignment=seat).first()
        with refused("reask_taken_once"):
            raw("update labeling_reask set assignment_id = %s where id = %s", seat.pk, other.pk)
        with refused("reask_taken_once"):
            raw("update labeling_reask set assignment_id = null where assignment_id = %s", seat.pk)
        with refused("reask_taken_once"):
            raw("update labeling_reask set rater_id = null where id = %s", other.pk)

    def test_an_end_is_an_end_and_nothing_is_deleted(self, raw, refused, moved):
        raw("update labeling_reask set ended_at = now(), ending = 'moved'")
        with refused("reask_sealed"):
            raw("update labeling_reask set ended_at = null, ending = ''")
        with refused("reask_is_a_fact|permission denied"):
            raw("delete from labeling_reask")


COLUMNS = (
    *("project_id", "batch_id", "response_id", "rater_id", "slot", "purpose"),
    *("version_id", "criteria", "judged_id", "assignment_id"),
)


def insert_changed(raw, row: Reask, change: str, *, ended: bool = True) -> None:
    """A row like the given one, but for one column, in its stead."""
    name, _, value = change.partition(" = ")
    values = [value if column == name else column for column in COLUMNS]
    if ended:
        raw("update labeling_reask set ended_at = now(), ending = 'moved' where id = %s", row.pk)
    raw(
        f"insert into labeling_reask ({', '.join(COLUMNS)})"
        f" select {', '.join(values)} from labeling_reask where id = %s",
        row.pk,
    )
