"""The import pages: who may, what they show at each step, and that nothing happens twice."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling.models import Import, Item, Project, User
from labeling.tasks import run_import

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = '{"id": "kettle", "prompt": "May I send it back?"}\n'
BAD = '{"id": "tea"}\n'


@pytest.fixture(autouse=True)
def storage(settings: pytest.FixtureRequest, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was asked of the worker; a test plays the worker by calling `run_import`."""
    asked: list[int] = []
    monkeypatch.setattr(run_import, "delay", asked.append)
    return asked


@pytest.fixture
def admin(as_user: Callable, carol: User) -> Client:
    return as_user(carol)


def upload(client: Client, text: str = GOOD, **fields: object) -> Import:
    name = "../../etc/items .jsonl"
    data = {"key": str(uuid4()), "items": SimpleUploadedFile(name, text.encode()), **fields}
    answer = client.post("/p/refunds/import", data)
    assert answer.status_code == 302, answer.content
    return Import.objects.latest("pk")


def page_of(run: Import) -> str:
    return reverse("import", args=[run.project.slug, run.pk])


def confirm(client: Client, run: Import, **fields: str) -> object:
    return client.post(reverse("import_confirm", args=["refunds", run.pk]), fields)


def test_files_are_checked_then_confirmed_then_taken(admin: Client, sent: list[int]) -> None:
    run = upload(admin)
    assert b"Checking" in admin.get(page_of(run)).content
    run_import(run.pk)
    run.refresh_from_db()
    assert run.state == "waiting"
    assert run.preview["counts"]["items"] == {"new": 1, "same": 0, "rejected": 0}
    assert Item.objects.count() == 0
    assert b"Import 1 new line" in admin.get(page_of(run)).content
    assert confirm(admin, run).status_code == 302
    run_import(run.pk)
    run.refresh_from_db()
    assert run.state == "finished"
    assert run.result["items"]["new"] == 1
    assert Item.objects.get().external_id == "kettle"
    assert sent == [run.pk, run.pk]
    assert b"What was imported" in admin.get(page_of(run)).content


def test_uploads_lie_under_names_of_ours_and_go_once_taken(admin: Client, storage: Path) -> None:
    run = upload(admin)
    (kept,) = [path for path in storage.rglob("*") if path.is_file()]
    assert kept.name == "items"
    assert kept.parent.parent == storage / "imports"
    assert run.files["items"]["name"] == "items .jsonl"
    run_import(run.pk)
    confirm(admin, run)
    run_import(run.pk)
    assert not [path for path in storage.rglob("*") if path.is_file()]


def test_the_form_sent_twice_is_one_import(admin: Client, storage: Path) -> None:
    key = str(uuid4())
    upload(admin, key=key)
    upload(admin, key=key)
    assert Import.objects.count() == 1
    assert len([path for path in storage.rglob("*") if path.is_file()]) == 1


def test_confirmed_twice_it_is_carried_out_once(admin: Client, sent: list[int]) -> None:
    run = upload(admin)
    run_import(run.pk)
    confirm(admin, run)
    run_import(run.pk)
    assert confirm(admin, run).status_code == 302
    run_import(run.pk)
    run.refresh_from_db()
    assert (run.attempt, Item.objects.count()) == (1, 1)
    assert sent == [run.pk, run.pk]


def test_bad_lines_are_shown_and_left_out_only_on_demand(admin: Client) -> None:
    run = upload(admin, BAD + GOOD)
    run_import(run.pk)
    page = admin.get(page_of(run)).content.decode()
    assert "items .jsonl:1" in page
    assert "give either `messages` or `prompt`" in page
    refused = confirm(admin, run)
    assert refused.status_code == 422
    assert b"Some lines have problems" in refused.content
    confirm(admin, run, skip_invalid="1")
    run_import(run.pk)
    assert Item.objects.count() == 1


def test_an_import_cannot_be_confirmed_before_its_check(admin: Client) -> None:
    run = upload(admin)
    assert confirm(admin, run).status_code == 409


def test_what_came_between_check_and_import_fails_it_with_a_reason(admin: Client) -> None:
    run = upload(admin)
    run_import(run.pk)
    other = upload(admin, GOOD.replace("it back", "them back"))
    run_import(other.pk)
    for one in (run, other):
        confirm(admin, one)
        run_import(one.pk)
    other.refresh_from_db()
    assert other.state == "failed"
    assert "since the check, 1 problems have come up" in other.error
    page = admin.get(page_of(other)).content.decode()
    assert "`kettle` is in the project already, with other content" in page


def test_the_progress_fragment_asks_again_while_it_works(admin: Client) -> None:
    run = upload(admin)
    fragment = admin.get(page_of(run), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert 'hx-trigger="every 2s"' in fragment
    run_import(run.pk)
    fragment = admin.get(page_of(run), headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in fragment
    assert "Waiting for you" in fragment


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "Choose at least one file."),
        ({"map": SimpleUploadedFile("m.json", b'{"colums": {}}')}, "colums: is not a known key"),
        ({"map": SimpleUploadedFile("m.json", b"{")}, "a key in double quotes was expected"),
    ],
)
def test_a_wrong_form_is_told(admin: Client, fields: dict, complaint: str) -> None:
    answer = admin.post("/p/refunds/import", {"key": str(uuid4()), **fields})
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_over_the_limit_is_refused(admin: Client, settings: pytest.FixtureRequest) -> None:
    settings.IMPORT_MAX_BYTES = 10
    data = {"key": str(uuid4()), "items": SimpleUploadedFile("i.jsonl", GOOD.encode())}
    answer = admin.post("/p/refunds/import", data)
    assert answer.status_code == 422
    assert b"The file is larger than" in answer.content


def test_a_map_comes_along(admin: Client) -> None:
    mapping = SimpleUploadedFile("m.json", json.dumps({"columns": {"uid": "id"}}).encode())
    run = upload(admin, GOOD.replace('"id"', '"uid"'), map=mapping)
    run_import(run.pk)
    run.refresh_from_db()
    assert run.preview["counts"]["items"]["new"] == 1


@pytest.fixture
def pages(admin: Client) -> list[str]:
    return ["/p/refunds/import", page_of(upload(admin))]


def test_outsiders_find_nothing(as_user: Callable, dan: User, pages: list[str]) -> None:
    client = as_user(dan)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert client.post(pages[1] + "confirm").status_code == 404


def test_only_admins_import(as_user: Callable, ana: User, pages: list[str]) -> None:
    client = as_user(ana)
    assert [client.get(page).status_code for page in pages] == [403, 403]
    assert client.post(pages[1] + "confirm").status_code == 403


def test_strangers_are_asked_to_log_in(client: Client, project: Project) -> None:
    assert "/accounts/login/" in client.get("/p/refunds/import").headers["Location"]


def test_an_import_is_not_found_under_another_project(
    as_user: Callable, dan: User, pages: list[str]
) -> None:
    page = pages[1].replace("refunds", "elsewhere")
    assert as_user(dan).get(page).status_code == 404


def test_wrong_verbs(admin: Client, pages: list[str]) -> None:
    assert admin.delete(pages[0]).status_code == 405
    assert admin.post(pages[1]).status_code == 405
    assert admin.get(pages[1] + "confirm").status_code == 405


def test_as_many_queries_for_twenty_imports_as_for_one(admin: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            admin.get("/p/refunds/import")
            return len(made)

    upload(admin)
    before = queries()
    for _ in range(19):
        upload(admin)
    assert queries() == before > 0
