"""The answers of a batch as arrays: as of a watermark, nobody else's, none counted twice."""

import numpy as np
import pytest

from evals.queries.narrow_rows import narrow_rows
from evals.queries.raters import CANNOT_ASSESS, NA, SCORED, rated_batch
from evals.queries.settled_units import last_ruling
from labeling.models import Assignment, Rating
from tests import factories
from tests.web.measured import rated


@pytest.fixture
def stage(project, ana, ben):
    """Ben, made last, still comes after Ana: raters stand in the order of their names."""
    zoe = factories.member(project, "zoe", "expert")
    return rated(project, [zoe, ben, ana], ["110", "001"])


def everything(batch, **options):
    through = Rating.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    watermark = options.get("watermark", through)
    return rated_batch(batch, batch.rubric_version, watermark, last_ruling(batch.project_id))


def given(found, key):
    """(rater's name, response id) -> value, for ratings with a value."""
    column = [one.key for one in found.criteria].index(key)
    return {
        (found.names[found.rater[row]], int(found.responses[found.response[row]])): float(
            found.values[row, column]
        )
        for row in np.flatnonzero(found.scored(column)).tolist()
    }


def test_every_answer_stands_with_its_rater_and_response(stage):
    found = everything(stage.batch)
    first, second = (response.pk for response in stage.responses)
    assert found.names == ("ana", "ben", "zoe")
    assert given(found, "cites_policy") == {
        ("zoe", first): 1,
        ("ben", first): 1,
        ("ana", first): 0,
        ("zoe", second): 0,
        ("ben", second): 0,
        ("ana", second): 1,
    }
    assert found.items.tolist() == [response.item_id for response in stage.responses]
    assert found.fixed.all()


def test_a_revision_counts_only_from_its_watermark_on(stage):
    before = Rating.objects.order_by("-pk").first().pk
    seat = stage.batch.assignments.order_by("pk").first()
    factories.revised(seat, {"cites_policy": 0})
    place = ("zoe", seat.response_id)
    assert given(everything(stage.batch, watermark=before), "cites_policy")[place] == 1
    assert given(everything(stage.batch), "cites_policy")[place] == 0


def test_withdrawn_and_excluded_ratings_are_left_aside(stage):
    first, second = stage.batch.assignments.order_by("pk")[:2]
    last = factories.revised(first, {}, withdrawn=True).pk
    excluded = {"excluded_reason": "asleep", "excluded_seq": last + 1}
    Rating.objects.filter(assignment=second).update(**excluded)
    assert len(everything(stage.batch, watermark=last).rater) == 5, "not excluded by then"
    found = everything(stage.batch, watermark=last + 1)
    assert len(found.rater) == 4
    assert ("zoe", first.response_id) not in given(found, "cites_policy")
    assert ("ben", second.response_id) not in given(found, "cites_policy")


def test_what_does_not_apply_is_told_from_what_nobody_could_judge(stage):
    seat = stage.batch.assignments.order_by("pk").first()
    factories.revised(seat, {"cites_policy": "NA", "polite": "cannot_assess"})
    found = everything(stage.batch)
    assert found.answers[-1].tolist() == [NA, CANNOT_ASSESS]
    assert (found.answers[0] == SCORED).all()


def test_seats_of_another_purpose_are_told_apart(stage, ana):
    response = factories.response(factories.item(stage.project))
    factories.rating(
        factories.seat(stage.batch, response, ana, purpose="gold"), {"cites_policy": 1, "polite": 1}
    )
    found = everything(stage.batch)
    assert found.made_for(Assignment.Purpose.GOLD).tolist() == [False] * 6 + [True]
    assert found.fixed.tolist() == [True] * 6 + [False]


def test_the_newest_ruling_on_a_unit_counts(stage, carol):
    criterion = stage.batch.rubric_version.criteria.get(key="cites_policy")
    for ruling in (0, 1):
        factories.ruling(stage.batch, stage.responses[1], criterion, ruling, carol)
    found = everything(stage.batch)
    assert {at: one.value for at, one in found.ruled(0).items()} == {1: 1.0}
    assert found.ruled(1) == {}
    earlier = rated_batch(stage.batch, stage.batch.rubric_version, 10**9, 0)
    assert earlier.ruled(0) == {}


def test_a_batch_without_ratings_has_no_raters(project):
    batch = factories.batch(factories.published(project))
    found = everything(batch)
    assert (found.raters, len(found.responses), found.values.shape) == ((), 0, (0, 2))


def test_rows_of_fixed_width_refuse_a_null(db):
    rows = narrow_rows("SELECT 7::int8, 1.5::float8", {}, {"a": "int8", "b": "float8"})
    assert rows.tolist() == [(7, 1.5)]
    with pytest.raises(ValueError, match="null"):
        narrow_rows("SELECT NULL::int8", {}, {"a": "int8"})
