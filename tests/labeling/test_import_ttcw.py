"""The whole of a real study through `load`: 12 plots, 48 stories, 2,016 answers, 7 judges."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from evals.models import Grade, GradingRun
from labeling.models import Assignment, Batch, Generator, Item, Rating, Response, Score, User
from tests.data import ttcw

type Load = Callable[..., dict]


@pytest.fixture
def files(shared_data: Path, tmp_path: Path) -> dict[str, Path]:
    return ttcw.convert(shared_data / "ttcw", tmp_path)


@pytest.fixture
def load(db: None, files: dict[str, Path]) -> Load:
    def run(*arguments: str) -> dict:
        out = StringIO()
        given = [word for kind, path in files.items() for word in (f"--{kind}", str(path))]
        call_command("load", "ttcw", "--create", "--json", *given, *arguments, stdout=out)
        return json.loads(out.getvalue())

    return run


def test_every_line_becomes_what_it_says(load: Load) -> None:
    counts = load()
    assert counts["rubric"] == {"new": 1, "same": 0, "rejected": 0}
    assert counts["items"] == {"new": 12, "same": 0, "rejected": 0}
    assert counts["responses"] == {"new": 48, "same": 0, "rejected": 0}
    assert counts["ratings"] == {"new": 2016, "same": 0, "rejected": 0, "not_rated": 0}
    assert counts["grades"] == {"new": 4690, "same": 0, "rejected": 0}
    assert counts["problems"] == []
    assert (Item.objects.count(), Response.objects.count(), Score.objects.count()) == (12, 48, 2016)
    assert Response.objects.filter(withheld__isnull=False, generator__kind="expert").count() == 12
    assert Generator.objects.filter(kind="model").count() == 3


def test_each_expert_has_one_rating_a_story_in_one_closed_batch(load: Load) -> None:
    load()
    batch = Batch.objects.get()
    assert (batch.name, batch.kind, batch.state) == ("Imported ratings", "imported", "closed")
    assert batch.overlap == 3
    assert batch.stale_since is not None
    # 48 stories by 3 experts, each answering all 14 tests.
    assert Assignment.objects.filter(state="submitted").count() == 144
    ratings = Rating.objects.annotate(answers=Count("scores"))
    assert set(ratings.values_list("answers", flat=True)) == {14}
    assert ratings.count() == 144
    slots = Assignment.objects.values_list("slot").annotate(n=Count("id")).order_by("slot")
    assert list(slots) == [(1, 48), (2, 48), (3, 48)]


def test_experts_become_users_who_cannot_log_in(load: Load) -> None:
    load()
    raters = User.objects.filter(username__startswith="expert")
    assert raters.count() == 11
    assert not any(rater.is_active or rater.has_usable_password() for rater in raters)


def test_judges_become_finished_runs_and_errors_are_no_grades(load: Load) -> None:
    load()
    assert GradingRun.objects.filter(imported=True, state="finished").count() == 7
    assert Grade.objects.filter(reward__isnull=True, error__isnull=False).count() == 51
    assert (
        Grade.objects.filter(reward=1, value=1).count()
        + Grade.objects.filter(reward=0, value=0).count()
        == 4690 - 51
    )


def test_the_same_files_again_add_nothing(load: Load) -> None:
    load()
    counts = load()
    assert [counts[kind]["new"] for kind in ("rubric", "items", "responses")] == [0, 0, 0]
    assert counts["ratings"] == {"new": 0, "same": 2016, "rejected": 0, "not_rated": 0}
    assert counts["grades"] == {"new": 0, "same": 4690, "rejected": 0}
    assert Score.objects.count() == 2016
    assert GradingRun.objects.count() == 7
