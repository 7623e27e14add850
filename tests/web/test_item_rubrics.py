"""The rubrics of single items: listed, downloaded as one file, for authors only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.models import Project, Rubric, User
from labeling.rubric_formats import read
from tests import factories
from tests.web.test_rubric_formats import HEALTHBENCH, text_of

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
ITEMS = "/p/refunds/item-rubrics/files/"


@pytest.fixture
def items(project: Project, amy: User) -> list[Rubric]:
    spec = read(HEALTHBENCH)
    ids = [factories.item(project, f"case-{n}").pk for n in range(3)]
    authoring.publish_for_items(project, dict.fromkeys(ids, spec), by=amy)
    return list(Rubric.objects.order_by("item"))


def test_are_listed_and_downloaded_as_one_file(as_user: LogIn, amy, items):
    client = as_user(amy)
    assert f'href="{ITEMS}"' in text_of(client, ITEMS.removesuffix("files/"))
    page = text_of(client, ITEMS)
    assert "case-2" in page
    assert f'href="{items[0].get_absolute_url()}"' in page
    lines = client.get(f"{ITEMS}rubricstudio.jsonl").content.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["case-0", "case-1", "case-2"]
    lines = client.get(f"{ITEMS}healthbench.jsonl").content.splitlines()
    assert json.loads(lines[0])["rubrics"] == HEALTHBENCH


def test_what_is_lost_is_read_before(as_user: LogIn, amy, items):
    page = text_of(as_user(amy), f"{ITEMS}?format=rubrics-as-rewards")
    assert "Tags left out: 3 of the first 3 items" in page
    assert f'href="{ITEMS}rubrics-as-rewards.jsonl"' in page
    page = text_of(as_user(amy), f"{ITEMS}?format=biggen")
    assert "The format holds one criterion, this rubric has 2" in page
    assert text_of(as_user(amy), f"{ITEMS}biggen.jsonl", 422)


def test_none_says_what_comes_next(as_user: LogIn, amy, project):
    page = text_of(as_user(amy), ITEMS)
    assert "No item has a rubric of its own" in page
    assert "/p/refunds/import" in page


def test_drafts_are_in_neither_the_list_nor_the_file(as_user: LogIn, amy, project, items):
    authoring.begin_item_rubric(factories.item(project, "begun"), by=amy)
    authoring.draft_of(items[0], by=amy)
    page = as_user(amy).get(ITEMS)
    assert "begun" not in page.text
    rows = [
        (one.item.external_id, one.version.number, one.criteria) for one in page.context["rows"]
    ]
    assert rows == [("case-0", 1, 2), ("case-1", 1, 2), ("case-2", 1, 2)]
    lines = as_user(amy).get(f"{ITEMS}rubricstudio.jsonl").content.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["case-0", "case-1", "case-2"]


def test_with_drafts_alone_nothing_is_said_to_be_kept(as_user: LogIn, amy, project):
    authoring.begin_item_rubric(factories.item(project, "begun"), by=amy)
    page = text_of(as_user(amy), ITEMS)
    assert "No item has a rubric of its own that is published" in page
    assert "Nothing is lost" not in page


def test_what_becomes_of_the_texts_of_the_whole_is_said(as_user: LogIn, amy, project):
    spec = replace(read(HEALTHBENCH), guidelines="Read the policy first.")
    authoring.publish_for_items(project, {factories.item(project).pk: spec}, by=amy)
    page = text_of(as_user(amy), f"{ITEMS}?format=healthbench")
    assert "The rubric&#x27;s guidelines left out: 1 of the first 1 items" in page


def test_are_for_authors(as_user: LogIn, ana, dan, items, client):
    for url in (ITEMS, f"{ITEMS}rubricstudio.jsonl"):
        assert client.get(url).status_code == 302
        assert as_user(dan).get(url).status_code == 404
        assert as_user(ana).get(url).status_code == 403
        client.logout()


def test_only_reading_and_only_formats_there_are(as_user: LogIn, amy, items):
    client = as_user(amy)
    assert client.post(ITEMS).status_code == 405
    assert client.post(f"{ITEMS}rubricstudio.jsonl").status_code == 405
    assert client.get(f"{ITEMS}?format=nope").status_code == 422
    assert client.get(f"{ITEMS}nope.jsonl").status_code == 422
    assert client.get(f"{ITEMS}verifiers.jsonl").status_code == 422


def test_sixty_items_cost_as_many_queries_as_three(as_user: LogIn, amy, project, items):
    client = as_user(amy)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            text_of(client, ITEMS)
        return len(found)

    before = queries()
    ids = [factories.item(project).pk for _ in range(60)]
    authoring.publish_for_items(project, dict.fromkeys(ids, read(HEALTHBENCH)), by=amy)
    assert queries() == before
