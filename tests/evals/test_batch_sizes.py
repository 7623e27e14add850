"""How large a batch is found out from its rows, also before the database has looked at them."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from evals import measuring
from evals.models import AgreementRun
from evals.queries import sizes
from labeling.models import Batch, Score
from tests import factories
from tests.conftest import application_connection, owner_connection
from tests.evals.histories import History, carried_out, measured, measured_from_nothing, stored
from tests.labeling.loading import run_load, write_lines

RATERS = [f"rater-{number}" for number in range(4)]
RESPONSES = [f"r{number}" for number in range(30)]


@pytest.fixture
def imported(project, tmp_path) -> Batch:
    """30 responses that 4 raters answered 2 criteria on: 240 scores, written a moment ago."""
    # A number that no batch of another test had: the database may have heard of those.
    with owner_connection() as owner:
        owner.execute("select setval(pg_get_serial_sequence('labeling_batch', 'id'), 1000000)")
    factories.published(project)
    for name in RESPONSES:
        factories.response(factories.item(project, f"item of {name}"), external_id=name)
    lines = [
        {"response_id": response, "rater": rater, "criterion": key, "value": (at + nth) % 2}
        for at, response in enumerate(RESPONSES)
        for nth, rater in enumerate(RATERS)
        for key in ("cites_policy", "polite")
    ]
    path = write_lines(tmp_path / "ratings.jsonl", lines)
    assert run_load(project.slug, "--ratings", path)["ratings"]["new"] == 240
    return Batch.objects.get(kind="imported")


def test_a_batch_imported_a_moment_ago_is_shared_out_by_its_real_size(imported, settings):
    settings.AGREEMENT_CHUNK_SCORES = 100
    run = measured(imported)
    assert run.chunks.count() == 3, "240 scores, about 100 a chunk"
    settings.AGREEMENT_CHUNK_SCORES = 240
    assert stored(run) == stored(measured_from_nothing(run))


def test_few_ratings_are_all_looked_at(project):
    history = History(project, seed=1, items=9)
    history.happen(40)
    assert sizes.scores_about(history.batch.pk) == Score.objects.count()


def test_of_many_ratings_a_sample_is_looked_at(imported, monkeypatch):
    # 120 ratings of two scores each: whichever are drawn, they have two.
    monkeypatch.setattr(sizes, "PROBES", 16)
    assert sizes.scores_about(imported.pk) == 240


def test_ratings_of_other_batches_between_do_not_count(project, ana, ben, monkeypatch):
    """Every second rating is of the other batch; both have one score each."""
    version = factories.published(project)
    batches = [factories.batch(version, name=name) for name in ("One", "Other")]
    for at in range(100):
        response = factories.response(factories.item(project, f"item-{at}"))
        for batch, rater in zip(batches, (ana, ben), strict=True):
            factories.rating(factories.seat(batch, response, rater), {"polite": 1})
    monkeypatch.setattr(sizes, "PROBES", 64)
    for batch in batches:
        assert Score.objects.filter(batch=batch).count() == 100
        # Of 64 ratings looked at about 32 are its own; they are the same ones each time.
        assert 50 < sizes.scores_about(batch.pk) < 150


def test_a_batch_without_ratings_has_no_scores(project):
    assert sizes.scores_about(factories.batch(factories.published(project)).pk) == 0


@pytest.fixture
def large(imported, monkeypatch) -> Batch:
    """The same, taken for a large batch, in tables that nobody has analysed."""
    monkeypatch.setattr(sizes, "SCORES_MIN", 100)
    # What other tests left in the table says nothing here.
    monkeypatch.setattr(sizes, "PART", 1_000_000)
    return imported


def test_the_planner_is_told_of_a_large_batch_before_it_is_counted(large, monkeypatch):
    monkeypatch.setattr(sizes, "FACTOR", 0)
    measured(large)
    monkeypatch.undo()
    assert sizes.believed(large.pk) == 240


def test_once_is_enough(large):
    with connection.cursor() as cursor:
        cursor.execute("SELECT labeling_analyse_ratings()")
    assert not sizes.inform_planner(large.pk, 240)


def test_a_small_part_of_the_table_needs_no_statistics(large, monkeypatch):
    monkeypatch.setattr(sizes, "PART", 0)
    assert not sizes.inform_planner(large.pk, 240)


@pytest.mark.django_db(transaction=True)
def test_tables_that_somebody_holds_are_counted_all_the_same(large, monkeypatch):
    # Whatever the database's own daemon has seen by now: the planner is always to be told.
    monkeypatch.setattr(sizes, "FACTOR", 0)
    run, _ = measuring.start(large)
    with owner_connection() as owner, owner.transaction():
        owner.execute("LOCK TABLE labeling_item IN SHARE UPDATE EXCLUSIVE MODE")
        assert not sizes.inform_planner(large.pk, 240)
        assert carried_out(AgreementRun.objects.get(pk=run.pk)).ratings_through == 240


@pytest.mark.django_db(transaction=True)
def test_the_application_may_have_tables_analysed_that_it_does_not_own(project):
    with application_connection() as application:
        application.execute("SELECT labeling_analyse_ratings()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("ALTER TABLE labeling_score ADD surplus int")


def test_nobody_else_may(project):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_function_privilege('public', 'labeling_analyse_ratings()', 'EXECUTE')"
        )
        assert cursor.fetchone() == (False,)
