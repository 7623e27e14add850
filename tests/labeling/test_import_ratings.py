"""Ratings of other tools: who rated, once or again, and what a correction replaces."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from labeling.models import Assignment, Batch, Membership, Project, Rating, Score, User
from tests import factories
from tests.labeling.loading import run_load, write_lines

type Load = Callable[..., dict]


@pytest.fixture
def load(project: Project, tmp_path: Path) -> Load:
    """Loads rating lines of the response r1."""
    factories.published(project)
    factories.response(factories.item(project, "kettle"), external_id="r1")

    def run(*lines: dict, arguments: tuple[str | Path, ...] = ()) -> dict:
        path = write_lines(tmp_path / "ratings.jsonl", lines)
        return run_load(project.slug, "--ratings", path, *arguments)

    return run


def _line(rater: str, criterion: str, value: object, **more: object) -> dict:
    return {"response_id": "r1", "rater": rater, "criterion": criterion, "value": value, **more}


def current() -> list[tuple]:
    scores = Score.objects.filter(superseded_by__isnull=True).order_by(
        "rater__username", "criterion__key"
    )
    return list(scores.values_list("rater__username", "criterion__key", "answer", "value"))


def test_answers_by_value_label_and_without_value(load: Load) -> None:
    result = load(
        _line("eve", "polite", 1),
        _line("eve", "cites_policy", "not met"),
        _line("max", "polite", "NA"),
        _line("max", "cites_policy", "cannot_assess"),
        _line("zoe", "polite", ""),
    )
    assert result["ratings"] == {"new": 4, "same": 0, "rejected": 0, "not_rated": 1}
    assert current() == [
        ("eve", "cites_policy", "scored", 0),
        ("eve", "polite", "scored", 1),
        ("max", "cites_policy", "cannot_assess", None),
        ("max", "polite", "NA", None),
    ]
    # Who rated nothing needs no account.
    assert not User.objects.filter(username="zoe").exists()


def test_a_member_is_that_person_and_a_stranger_is_not(load: Load, project: Project) -> None:
    ana = factories.member(project, "ana", "expert")
    stranger = factories.user("ben")
    load(_line("ana", "polite", 1), _line("ben", "polite", 0))
    raters = set(Assignment.objects.values_list("rater__username", flat=True))
    assert raters == {"ana", "ben@refunds"}
    assert Assignment.objects.filter(rater=ana).exists()
    assert not Assignment.objects.filter(rater=stranger).exists()
    # Even once the stranger joins, the name in the file stays who it was.
    Membership.objects.create(project=project, user=stranger, role="expert")
    assert load(_line("ben", "polite", 0))["ratings"]["same"] == 1


def test_a_second_rating_in_one_file_is_a_duplicate(load: Load) -> None:
    result = load(_line("eve", "polite", 1), _line("eve", "polite", 1), _line("eve", "polite", 0))
    assert result["ratings"]["rejected"] == 2
    messages = [problem["message"] for problem in result["problems"]]
    text = "`eve` rated this on line 1 already; mark a correction with a higher `revision`"
    assert messages == [text, text]
    assert Rating.objects.count() == 0


def test_the_same_line_in_a_later_load_is_the_same(load: Load) -> None:
    load(_line("eve", "polite", 1))
    assert load(_line("eve", "polite", 1), _line("eve", "polite", 1))["ratings"]["same"] == 2
    result = load(_line("eve", "polite", 0))
    assert "rated this otherwise in an earlier load" in result["problems"][0]["message"]


def test_a_further_criterion_of_a_loaded_rating_is_refused(load: Load) -> None:
    load(_line("eve", "polite", 1))
    result = load(_line("eve", "cites_policy", 1))
    assert result["ratings"]["rejected"] == 1
    assert "of this or a higher revision" in result["problems"][0]["message"]


def test_a_batch_grows_with_its_raters(load: Load) -> None:
    load(_line("eve", "polite", 1))
    load(_line("max", "polite", 1), _line("zoe", "polite", 1))
    batch = Batch.objects.get()
    assert batch.overlap == 3
    slots = Assignment.objects.order_by("slot").values_list("slot", "rater__username")
    assert list(slots) == [(1, "eve"), (2, "max"), (3, "zoe")]


def test_unknown_criteria_name_those_there_are(load: Load) -> None:
    message = load(_line("eve", "kind", 1))["problems"][0]["message"]
    assert message == "`kind` is not in the rubric; its criteria are cites_policy, polite"


def test_a_marked_correction_supersedes_its_unit_alone(load: Load) -> None:
    load(_line("eve", "polite", 1), _line("eve", "cites_policy", 1))
    load(_line("eve", "polite", 0, revision=2))
    assert current() == [("eve", "cites_policy", "scored", 1), ("eve", "polite", "scored", 0)]
    first, second = Rating.objects.order_by("pk")
    assert (first.revision, second.revision) == (1, 2)
    assert first.superseded_by is None


def test_a_rating_is_superseded_once_nothing_of_it_stands(load: Load) -> None:
    load(
        _line("eve", "polite", 1),
        _line("eve", "polite", 0, revision=2),
        _line("eve", "polite", 1, revision=3),
    )
    first, second, third = Rating.objects.order_by("pk")
    assert (first.superseded_by, second.superseded_by) == (second, third)
    assert third.superseded_by is None
    assert current() == [("eve", "polite", "scored", 1)]


def test_an_earlier_revision_cannot_come_later(load: Load) -> None:
    load(_line("eve", "polite", 1, revision=2))
    result = load(_line("eve", "polite", 0))
    assert result["problems"][0]["field"] == "revision"


def test_equal_times_are_of_the_whole_and_others_add_up(load: Load) -> None:
    when = "2026-11-23T10:00:00Z"
    load(
        _line("eve", "polite", 1, seconds=12.5, rated_at=when),
        _line("eve", "cites_policy", 1, seconds=12.5),
        _line("max", "polite", 1, seconds=3),
        _line("max", "cites_policy", 1, seconds=4),
    )
    times = Rating.objects.order_by("pk").values_list("active_ms", flat=True)
    assert list(times) == [12_500, 7_000]
    assert Rating.objects.order_by("pk")[0].submitted_at.isoformat() == "2026-11-23T10:00:00+00:00"


def test_a_response_is_named_by_item_and_generator(load: Load) -> None:
    line = {"rater": "eve", "criterion": "polite", "value": 1, "item_id": "kettle"}
    assert load({**line, "generator": "model-a", "index": 0})["ratings"]["new"] == 1
    assert load({**line, "generator": "model-b"})["problems"][0]["field"] == "generator"
    result = load({**line, "generator": "model-a", "index": 4})
    assert "there is no such response to `kettle`" in result["problems"][0]["message"]


def test_values_are_mapped_by_criterion(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text('{"values": {"polite": {"good": "Met"}, "*": {"good": "Not met"}}}')
    load(
        _line("eve", "polite", "good"),
        _line("eve", "cites_policy", "good"),
        arguments=("--map", path),
    )
    assert [row[3] for row in current()] == [0, 1]


def test_ratings_never_land_behind_a_watermark(load: Load) -> None:
    load(_line("eve", "polite", 1))
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence('labeling_rating', 'id'))")
        cursor.execute("update labeling_batch set watermark = %s", cursor.fetchone())
    assert load(_line("max", "polite", 1))["ratings"]["new"] == 1
    assert Rating.objects.latest("pk").pk > Batch.objects.get().watermark


def test_how_sure_a_rater_was_comes_along_and_the_way_is_not_known(load: Load) -> None:
    load(_line("eve", "polite", 1, confidence=3), _line("eve", "cites_policy", 0))
    kept = dict(Score.objects.values_list("criterion__key", "confidence"))
    assert kept == {"polite": 3, "cites_policy": None}
    assert (Batch.objects.get().way, Rating.objects.get().way) == ("unknown", "unknown")


def test_a_confidence_of_another_scale_is_refused(load: Load) -> None:
    said = load(_line("eve", "polite", 1, confidence=5), arguments=("--skip-invalid",))
    assert said["ratings"]["rejected"] == 1
    assert not Score.objects.exists()
