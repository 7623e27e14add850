"""The language of a page is that of the reader's browser, and scripts get their sentences in it."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.test import Client

from labeling.importing import uploads
from labeling.models import User
from labeling.tasks import run_import
from rubricstudio import languages
from tests import pseudo

pytestmark = pytest.mark.django_db


@pytest.fixture
def storage(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_the_browser_says_which_language(as_user, ana: User, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    german = as_user(ana).get("/", headers={"accept-language": "de-AT,de;q=0.9"})
    assert german.headers["Content-Language"] == "de"
    assert "Accept-Language" in german.headers["Vary"]
    assert '<html lang="de">' in german.content.decode()


def test_a_language_that_is_not_there_reads_english(as_user, ana: User):
    page = as_user(ana).get("/", headers={"accept-language": "tlh"})
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en">' in page.content.decode()
    assert 'id="words"' not in page.content.decode()


def test_choosing_a_language_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz", headers={"accept-language": "de", "cookie": "sessionid=x"})


def test_scripts_get_their_sentences_and_how_numbers_count(client: Client, monkeypatch):
    told = {"texts": {"Saved": "«Šåṽéð»", "{n} item": {"0": "a", "1": "b"}}, "plural": "10"}
    monkeypatch.setattr(languages, "browser_words", lambda language: told)
    with pseudo.spoken():
        page = client.get("/accounts/login/").content.decode()
    (block,) = re.findall(r'<script id="words" type="application/json">(.*?)</script>', page)
    assert json.loads(block) == told


def test_a_language_without_sentences_for_scripts_brings_none():
    assert languages.browser_words("eo") == {}


def test_a_text_is_kept_by_language_and_what_depends_on_values_is_not():
    page = Template(
        '{% translate "Save" %}|{% translate word %}|{% translate "Save" as kept %}{{ kept }}'
    )
    assert page.render(Context({"word": "Skip"})) == "Save|Skip|Save"
    with pseudo.spoken():
        spoken = page.render(Context({"word": "Flag"})).split("|")
    assert spoken[0] == spoken[2] == f"«{pseudo.accented('Save')}»"
    assert spoken[1] != "Flag"
    assert page.render(Context({"word": "Flag"})) == "Save|Flag|Save"


@pytest.mark.usefixtures("storage")
def test_a_worker_writes_what_is_wrong_with_a_file_in_the_servers_language(project, carol: User):
    file = ContentFile(b'{"id": "case-1", "prompt": " "}\n', "items.jsonl")
    with pseudo.spoken():
        upload, _ = uploads.start(project, {"items": file}, key=uuid4(), by=carol)
        run_import(upload.pk)
    upload.refresh_from_db()
    said = [(fault["field"], fault["message"]) for fault in upload.problems]
    assert said == [("prompt", f"«{pseudo.accented('is empty')}»")]
