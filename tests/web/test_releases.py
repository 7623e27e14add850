"""Releases: the list, the wish for one, what it holds, and its files as downloads."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from django.urls import reverse

from evals import exporting, verifying
from evals.exporting import archive
from evals.models import Export
from labeling.errors import Problems
from labeling.models import Batch, RunState
from tests import factories
from tests.evals.loop import exported, selected
from tests.made_once import prepared_by
from tests.web.measured import measure, rated
from tests.web.test_selections import queries, url

TABLE = ["000", "111", "110", "000", "000"]


def selected_from(project):
    raters = factories.experts(project, "ana", "ben", "cleo")
    stage = rated(project, raters, TABLE, name="First round")
    measure(stage.batch)
    return selected(project)


# All tests here begin with it.
prepared = prepared_by(selected_from, slug="refunds")


@pytest.fixture
def chosen(prepared, own, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "storage"
    return own


@pytest.fixture
def release(chosen):
    return exported(chosen, name="refunds-a")


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def file_url(release, name="train.jsonl"):
    return url("release_file", release.project, release.pk, name)


def zip_url(release):
    return url("release_zip", release.project, release.pk)


def test_a_release_says_what_it_holds_and_what_nobody_measured(admin, release):
    page = admin.get(release.get_absolute_url())
    assert "This is a draft: nobody has measured what follows" in page.text
    assert "Solvability: No proof was asked" in page.text
    assert release.sha256 in page.text
    assert "1 row in 1 group" in page.text
    assert f"./run manage export --verify refunds-release-{release.pk}" in page.text
    assert [file["name"] for file in page.context["files"]] == [
        "train.jsonl",
        "valid.jsonl",
        "grader.json",
        "rubrics.jsonl",
        "manifest.json",
    ]


def test_files_are_downloads_with_the_bytes_of_the_manifest(admin, release):
    for file in exporting.files_of(release):
        answer = admin.get(file_url(release, file["name"]))
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="refunds-release-{release.pk}-{file["name"]}"'
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        content = b"".join(answer.streaming_content)
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert len(content) == file["bytes"]


def test_the_zip_unpacks_to_a_folder_that_verifies(admin, release, tmp_path):
    answer = admin.get(zip_url(release))
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="refunds-release-{release.pk}.zip"'
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.streaming
    packed = b"".join(answer.streaming_content)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path)
    folder = tmp_path / f"refunds-release-{release.pk}"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        file["name"]: exporting.file_of(release, file["name"]).read_bytes()
        for file in exporting.files_of(release)
    }
    assert verifying.verify(folder).export == release.pk
    assert b"".join(admin.get(zip_url(release)).streaming_content) == packed


def test_files_downloaded_singly_verify_too(admin, release, tmp_path):
    for file in exporting.files_of(release):
        answer = admin.get(file_url(release, file["name"]))
        name = re.search('filename="([^"]+)"', answer.headers["Content-Disposition"])[1]
        (tmp_path / "singly").mkdir(exist_ok=True)
        (tmp_path / "singly" / name).write_bytes(b"".join(answer.streaming_content))
    assert verifying.verify(tmp_path / "singly").export == release.pk
    train = tmp_path / "singly" / f"refunds-release-{release.pk}-train.jsonl"
    (tmp_path / "singly" / "train.jsonl").write_bytes(train.read_bytes())
    with pytest.raises(Problems) as refusal:
        verifying.verify(tmp_path / "singly")
    (problem,) = refusal.value.problems
    assert (problem.where, problem.message) == (train.name, "The release has no such file.")


def test_a_zip_is_packed_while_it_is_sent(release, monkeypatch):
    monkeypatch.setattr(archive, "BLOCK", 64)
    blocks = list(archive.zipped(release))
    assert len(blocks) > release.bytes / 64
    assert zipfile.ZipFile(io.BytesIO(b"".join(blocks))).testzip() is None


@pytest.mark.parametrize("name", ["other.json", "..", "..%2F..%2Fsecret", "manifest.json.bak"])
def test_no_other_file_leaves_the_storage(admin, release, name, settings):
    (settings.MEDIA_ROOT / "secret").write_text("keys")
    address = url("releases", release.project) + f"{release.pk}/files/{name}"
    assert admin.get(address).status_code == 404


def test_outsiders_get_404_for_page_and_files(as_user, dan, release):
    client = as_user(dan)
    for address in (
        release.get_absolute_url(),
        file_url(release),
        zip_url(release),
        url("releases", release.project),
        url("release_new", release.project),
        # Their own project does not open another's release.
        reverse("release", args=["elsewhere", release.pk]),
        reverse("release_file", args=["elsewhere", release.pk, "train.jsonl"]),
    ):
        assert client.get(address).status_code == 404


def test_experts_are_refused_and_viewers_read(as_user, ana, project, release):
    client = as_user(ana)
    assert client.get(release.get_absolute_url()).status_code == 403
    assert client.get(file_url(release)).status_code == 403
    assert client.get(zip_url(release)).status_code == 403
    client = as_user(factories.member(project, "vera", "viewer"))
    assert client.get(release.get_absolute_url()).status_code == 200
    assert client.get(file_url(release)).status_code == 200
    assert client.get(zip_url(release)).status_code == 200
    assert client.get(url("release_new", project)).status_code == 403
    assert client.post(url("release_again", project, release.pk)).status_code == 403


def test_who_rates_in_the_open_batch_gets_neither_page_nor_files(admin, carol, release):
    batch = release.selection.agreement_run.batch
    factories.seat(batch, batch.queue.first().response, carol, slot=None)
    page = admin.get(release.get_absolute_url())
    assert "You are rating in this batch" in page.text
    assert release.sha256 not in page.text
    assert admin.get(file_url(release)).status_code == 403
    assert admin.get(zip_url(release)).status_code == 403
    assert "refunds-a" not in admin.get(url("releases", release.project)).text
    Batch.objects.filter(pk=batch.pk).update(state=Batch.State.CLOSED)
    assert admin.get(file_url(release)).status_code == 200


def test_a_release_is_asked_for_with_a_form(admin, project, chosen, settings):
    address = url("release_new", project)
    assert f"Selection {chosen.pk} of First round: 2 items in" in admin.get(address).text
    form = {"selection": chosen.pk, "targets": ["openai"]}
    sent = admin.post(address, form)
    made = Export.objects.get()
    assert sent.headers["Location"] == made.get_absolute_url()
    assert (made.kind, made.targets, made.judge_model) == (
        "draft",
        ["openai"],
        settings.JUDGE_MODEL,
    )
    assert 'hx-trigger="every 2s"' in admin.get(made.get_absolute_url()).text


def test_a_selection_with_nothing_in_it_is_refused_with_where_it_was_lost(admin, project, chosen):
    empty = selected(project, {"low": {"by": "consensus", "max": 0, "min": None}})
    form = {"selection": empty.pk, "targets": ["openai"]}
    page = admin.post(url("release_new", project), form)
    assert page.status_code == 422
    assert "0 of 5 items are in; 2 lost at" in page.text


def test_another_projects_selection_cannot_be_released(as_user, dan, chosen):
    form = {"selection": chosen.pk, "targets": ["openai"]}
    page = as_user(dan).post(reverse("release_new", args=["elsewhere"]), form)
    assert page.status_code in (200, 422)
    assert not Export.objects.exists()


def test_a_failed_release_says_why_and_can_be_tried_again(admin, project, chosen):
    run, _ = exporting.start(chosen)
    Export.objects.filter(pk=run.pk).update(state=RunState.FAILED, error="The disk was full.")
    assert "The disk was full." in admin.get(run.get_absolute_url()).text
    admin.post(url("release_again", project, run.pk))
    assert Export.objects.exclude(pk=run.pk).get().name == run.name


def test_lost_files_are_said_and_can_be_written_again(admin, release):
    place = exporting.place_of(release.directory)
    for path in place.iterdir():
        path.unlink()
    page = admin.get(release.get_absolute_url())
    assert "The files are gone from the storage" in page.text
    assert admin.get(file_url(release)).status_code == 404
    assert admin.get(zip_url(release)).status_code == 404
    admin.post(url("release_again", release.project, release.pk))
    again = exported(release.selection, name=release.name)
    assert again.pk != release.pk
    assert again.sha256 == release.sha256


def test_wrong_verbs(admin, project, release):
    assert admin.post(url("releases", project)).status_code == 405
    assert admin.post(release.get_absolute_url()).status_code == 405
    assert admin.post(file_url(release)).status_code == 405
    assert admin.post(zip_url(release)).status_code == 405
    assert admin.get(url("release_again", project, release.pk)).status_code == 405


def test_same_queries_for_one_release_and_many(admin, project, chosen, release):
    address = url("releases", project)
    one = queries(admin, address)
    for number in range(19):
        exporting.start(chosen, name=f"refunds-{number}")
    assert queries(admin, address) == one


def test_a_hostile_name_is_shown_as_text_and_stays_out_of_file_names(admin, chosen):
    made = exported(chosen, name='"><script>alert(1)</script>')
    page = admin.get(made.get_absolute_url())
    assert "<script>alert(1)" not in page.text
    assert made.directory == f"exports/{made.input_hash}"
    manifest = b"".join(admin.get(file_url(made, "manifest.json")).streaming_content)
    assert json.loads(manifest)["name"] == made.name
