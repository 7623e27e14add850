"""The demo by the real verbs and jobs: people, ratings, agreement, selection, draft."""

import io
import json
from collections import Counter
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connections

from evals import exporting
from evals.models import AgreementRun, AgreementSlice, Export, Grade, Selection
from labeling.models import Assignment, Batch, Item, Project, Rating, Response, RunState, User
from rubricstudio.celery import app
from rubricstudio.demo.computing import NotComputed, compute
from rubricstudio.demo.raters import RATERS
from rubricstudio.demo.seeding import FIRST_ROUND, NOT_FINISHED, SECOND_ROUND
from tests import factories

FUNCTIONAL = ("correct_decision", "cites_paragraph", "looks_up_order", "promises_too_much")


# Where an expert begins follows from the key of their account: here always from the same.
KEYS_AFTER = 1_000_000


@pytest.fixture
def seeded(transactional_db, settings, tmp_path) -> Iterator[dict]:
    """The command's answer, with every job done as soon as it is enqueued."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT setval('labeling_user_id_seq', %s)", [KEYS_AFTER])
    settings.MEDIA_ROOT = tmp_path
    app.conf.task_always_eager = True
    out = io.StringIO()
    call_command("seed_demo", "--json", stdout=out)
    yield json.loads(out.getvalue())
    app.conf.task_always_eager = False


def alpha(key: str) -> tuple[float, float, float]:
    row = AgreementSlice.objects.get(
        criterion__key=key, slice=None, run__batch__name=FIRST_ROUND
    ).statistics.get(statistic="alpha")
    return row.ci_low, row.value, row.ci_high


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_seeded_project_by_the_real_pipeline(seeded):
    assert_people(seeded["logins"])
    assert_rounds()
    assert_agreement()
    assert_selection()
    assert_export()
    assert_seeding_again_changes_nothing_and_tells_no_password()


def assert_people(logins):
    assert [login["username"] for login in logins] == [
        "demo-admin",
        *(rater.name for rater in RATERS),
    ]
    for login in logins:
        user = User.objects.get(username=login["username"])
        assert user.check_password(login["password"])
        # `up` prints the password for good, so it is no first one.
        assert not user.must_change_password
    assert "made up" in Project.objects.get(slug="demo").description.split(".")[0]


def assert_rounds():
    assert Item.objects.count() == 40
    first, second = Batch.objects.get(name=FIRST_ROUND), Batch.objects.get(name=SECOND_ROUND)
    assert first.queue.count() == 120
    assert second.queue.count() == 20
    assert second.state == Batch.State.OPEN
    assert not second.ratings.exists()
    by_rater = Counter(first.ratings.values_list("assignment__rater__username", flat=True))
    assert 350 <= sum(by_rater.values()) < 360
    assert {name: by_rater[name] for name in NOT_FINISHED} == NOT_FINISHED
    assert not Assignment.objects.exclude(state=Assignment.State.SUBMITTED).exists()
    assert Response.objects.count() == 140


def assert_agreement():
    for key in FUNCTIONAL:
        low, value, _ = alpha(key)
        assert low > 0.6, key
        assert 0.75 < value < 0.98, key
    assert 0.5 < alpha("next_steps")[1] < 0.75
    low, _, high = alpha("sounds_warm")
    assert low < 0 < high
    grades = Grade.objects.all()
    assert grades.count() == 140
    assert not grades.filter(error__isnull=False).exists()


def assert_selection():
    selection = Selection.objects.get()
    verdicts = Counter(selection.items.values_list("verdict", flat=True))
    assert 8 <= verdicts["in"] <= 20
    assert verdicts["held"] >= 1
    assert verdicts["out"] >= 5
    splits = set(selection.items.filter(verdict="in").values_list("split", flat=True))
    assert splits == {"train", "valid"}
    others = selection.items.exclude(verdict="in")
    assert all(item.reasons for item in others)
    assert any("gate" in reason for item in others for reason in item.reasons)


def assert_export():
    export = Export.objects.get()
    chosen = Selection.objects.get().items.filter(verdict="in").count()
    assert export.kind == Export.Kind.DRAFT
    assert export.rows == chosen
    lines = exporting.file_of(export, "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["meta_made_up"] for line in lines} == {"true"}


def assert_seeding_again_changes_nothing_and_tells_no_password():
    rows = Rating.objects.count(), User.objects.count(), Export.objects.count()
    out = io.StringIO()
    call_command("seed_demo", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"logins": []}
    assert (Rating.objects.count(), User.objects.count(), Export.objects.count()) == rows


def test_without_a_worker_the_jobs_are_started_and_left_to_the_next_one(project):
    version = factories.published(project)
    response = factories.response(factories.item(project))
    factories.batch(version, [response], name=FIRST_ROUND)
    with pytest.raises(NotComputed, match="is a worker running"):
        compute(project, seconds=0, say=print)
    assert AgreementRun.objects.get().state == RunState.PENDING
