"""Rubric files of any format in the browser: read, said in words, exported with what is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling import authoring
from labeling.authoring import Writer
from labeling.importing import uploads
from labeling.models import Criterion, Project, Rubric, User
from labeling.rubric_formats import parse, read, write
from labeling.spec import parse_rubric
from labeling.tasks import run_import

pytestmark = pytest.mark.django_db
LogIn = Callable[[User], Client]
LIST = "/p/refunds/rubrics/"
HEALTHBENCH = [
    {"criterion": "Cites clause 4.2.", "points": 5, "tags": ["axis:policy"]},
    {"criterion": "Invents <b>a</b> clause.", "points": -4, "tags": []},
]
YAML = b"title: Letters\ncriteria:\n  - criterion: Is kind.\n    points: 2\n"
AMBIGUOUS = [{"requirement": "A.", "type": "llm-rubric", "value": "B."}]


@pytest.fixture
def rubric(project: Project, amy: User) -> Rubric:
    spec = read(HEALTHBENCH, title="Travel answers")
    version, _ = authoring.publish_spec(project, spec, by=amy)
    return version.rubric


def file(said: object, name: str = "travel_answers.json") -> SimpleUploadedFile:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return SimpleUploadedFile(name, raw)


def text_of(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


class TestNew:
    @pytest.mark.parametrize(
        ("said", "title", "told"),
        [
            (HEALTHBENCH, "travel answers", "Read as HealthBench: 2 criteria."),
            (YAML, "Letters", "Read as RubricStudio rubric: 1 criterion."),
            (
                {"requirements": "Replicated.", "sub_tasks": [
                    {"requirements": "A.", "weight": 1, "sub_tasks": []}]},
                *("Replicated.", "Read as PaperBench tree: 1 criterion."),
            ),
        ],
    )  # fmt: skip
    def test_a_file_of_any_format_begins_a_draft(
        self, as_user: LogIn, amy: User, project, said, title, told
    ):
        answer = as_user(amy).post(f"{LIST}new", {"title": "", "file": file(said)}, follow=True)
        assert told in answer.content.decode()
        assert Rubric.objects.get().title == title

    def test_what_could_be_two_formats_is_asked_and_then_taken(
        self, as_user: LogIn, amy: User, project
    ):
        client = as_user(amy)
        answer = client.post(f"{LIST}new", {"file": file(AMBIGUOUS)})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert (
            "This could be autorubric or promptfoo assertions: choose which of them it is" in page
        )
        assert not Rubric.objects.exists()
        client.post(f"{LIST}new", {"file": file(AMBIGUOUS), "format": "promptfoo"})
        assert Criterion.objects.get().criterion == "B."

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (b'{"a": 1}', "It is an object with the keys `a`"),
            (b"{", "This is not a rubric file: line 1"),
            (b"a: 2024-01-01", "2024-01-01 is a date"),
            ("{}".encode("utf-16"), "the text is UTF-16; save it as UTF-8"),
            (b"", "there is nothing here"),
            ([{"criterion": "<i>A</i>", "points": "x"}], "criteria[0].points: must be a number"),
            (b"[" * 5000, "nested deeper than 4100 levels"),
            (
                [{"id": n, "rubric": [{"criterion": "A.", "points": 1}]} for n in "ab"],
                "This file holds the rubrics of 2 items, not one rubric.",
            ),
        ],
    )
    def test_a_bad_file_is_refused_in_words(self, as_user: LogIn, amy: User, project, said, told):
        answer = as_user(amy).post(f"{LIST}new", {"title": "T", "file": file(said)})
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert not Rubric.objects.exists()


def test_a_draft_is_replaced_by_a_file_of_another_format(as_user: LogIn, amy: User, rubric):
    url, client = rubric.get_absolute_url(), as_user(amy)
    sent = {"file": file([{"requirement": "A.", "weight": 2}]), "number": "2", "edit": "0"}
    page = client.post(f"{url}import", sent, follow=True).content.decode()
    assert "Read as autorubric: 1 criterion." in page
    draft = rubric.versions.get(number=2)
    assert draft.criteria.get().points == 2
    # the format has no title: the rubric keeps its own
    assert draft.title == "Travel answers"


def test_what_a_format_has_no_word_for_stays_in_the_draft(
    as_user: LogIn, amy: User, project: Project
):
    spec = replace(read(HEALTHBENCH, title="T"), guidelines="Read all.", description="Answers.")
    rubric = authoring.create_rubric(project, "T", by=amy, spec=spec)
    sent = {"file": file(HEALTHBENCH[:1]), "number": "1", "edit": "0"}
    as_user(amy).post(f"{rubric.get_absolute_url()}import", sent)
    kept = authoring.spec_of(rubric.versions.get())
    assert (len(kept.criteria), kept.guidelines, kept.description) == (1, "Read all.", "Answers.")


def test_an_import_says_what_the_rubric_was_read_as(as_user: LogIn, carol: User, project: Project):
    run, _ = uploads.start(project, {"rubric": file(HEALTHBENCH)}, key=uuid4(), by=carol)
    run_import(run.pk)
    page = text_of(as_user(carol), f"/p/refunds/imports/{run.pk}/")
    assert "The rubric file is read as HealthBench." in page


class TestExport:
    def test_what_is_lost_is_read_before_the_download(self, as_user: LogIn, ana, rubric):
        url, client = rubric.get_absolute_url(), as_user(ana)
        assert f'href="{url}export?version=1"' in text_of(client, url)
        page = text_of(client, f"{url}export?version=1&format=verifiers")
        assert "<dt>Weights cannot be negative</dt>" in page
        assert "1 pitfall is written with choices reversed (`invents-b-a-b-clause`)" in page
        assert "<dt>Tags left out</dt>" in page
        assert "Rewards by the file differ from rewards here." in page
        assert f'href="{url}versions/1/verifiers"' in page
        document = json.loads(client.get(f"{url}versions/1/verifiers").content)
        assert [one["weight"] for one in document["criteria"]] == [5, 4]

    def test_as_it_came_nothing_is_lost(self, as_user: LogIn, ana, rubric):
        url, client = rubric.get_absolute_url(), as_user(ana)
        page = text_of(client, f"{url}export?format=healthbench")
        assert "Nothing is lost: read back, it is the same rubric" in page
        answer = client.get(f"{url}versions/1/healthbench")
        assert json.loads(answer.content) == HEALTHBENCH
        assert answer["Content-Disposition"] == (
            'attachment; filename="travel-answers-v1.healthbench.json"'
        )

    def test_yaml_reads_back_as_the_same_version(self, as_user: LogIn, ana, rubric):
        answer = as_user(ana).get(f"{rubric.get_absolute_url()}versions/1/rubricstudio-yaml")
        assert answer["Content-Type"] == "application/yaml"
        spec = authoring.spec_of(rubric.versions.get())
        assert parse_rubric(parse(answer.content)) == spec

    def test_a_format_that_cannot_hold_it_says_why(self, as_user: LogIn, ana, rubric):
        url, client = rubric.get_absolute_url(), as_user(ana)
        page = text_of(client, f"{url}export?format=biggen")
        assert "The format holds one criterion, this rubric has 2" in page
        assert "versions/1/biggen" not in page
        assert text_of(client, f"{url}versions/1/biggen", 422)

    @pytest.mark.parametrize("query", ["version=9", "format=nope", "version=1&format=%00"])
    def test_a_choice_that_is_not_there_is_named(self, as_user: LogIn, ana, rubric, query):
        page = text_of(as_user(ana), f"{rubric.get_absolute_url()}export?{query}", 422)
        assert "is not one of the available choices" in page

    def test_drafts_are_exported_by_authors_only(self, as_user: LogIn, ana, amy, rubric):
        authoring.draft_of(rubric, by=amy)
        url = rubric.get_absolute_url()
        assert text_of(as_user(amy), f"{url}versions/2/healthbench")
        assert "Version 2 (draft)" in text_of(as_user(amy), f"{url}export")
        assert "Version 2" not in text_of(as_user(ana), f"{url}export")
        assert text_of(as_user(ana), f"{url}versions/2/healthbench", 404)

    def test_outsiders_find_nothing_and_nothing_can_be_posted(
        self, as_user: LogIn, ana, dan, rubric, client
    ):
        url = rubric.get_absolute_url()
        for place in ("export", "versions/1/healthbench"):
            assert client.get(f"{url}{place}").status_code == 302
            assert as_user(dan).get(f"{url}{place}").status_code == 404
            assert as_user(ana).post(f"{url}{place}").status_code == 405
            client.logout()

    def test_two_hundred_criteria_cost_as_many_queries_as_two(
        self, as_user: LogIn, amy, project, rubric
    ):
        many = [{"criterion": f"C {n}.", "points": 1, "tags": []} for n in range(200)]
        other, _ = authoring.publish_spec(project, read(many, title="Many"), by=amy)
        client, counts = as_user(amy), []
        for one in (rubric, other.rubric):
            with CaptureQueriesContext(connection) as queries:
                text_of(client, f"{one.get_absolute_url()}export?format=autorubric")
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_an_edit_in_the_editor_is_what_the_tree_says_afterwards(
    amy: User, project, shared_data: Path
):
    raw = (shared_data / "paperbench_rubrics" / "stochastic-interpolants.json").read_bytes()
    tree = json.loads(raw)
    rubric = authoring.create_rubric(project, "Paper", by=amy, spec=read(parse(raw)))
    draft = rubric.versions.get()
    row = draft.criteria.first()
    said = authoring.criterion_of(row)
    changed = replace(said, criterion="U-Net is there, edited.")
    seen = authoring.token(said)
    authoring.change(rubric, row.pk, changed, number=1, seen=seen, writer=Writer(amy))
    written = write(authoring.spec_of(rubric.versions.get()), "paperbench")
    edited = json.dumps(written)
    assert "U-Net is there, edited." in edited
    assert said.criterion not in edited
    # all but the title, which the author gave, and the one text is as it came
    written["requirements"] = tree["requirements"]
    text = json.dumps(written).replace("U-Net is there, edited.", said.criterion)
    assert json.loads(text) == tree


def test_a_tree_is_read_in_its_sections(as_user: LogIn, ana: User, project: Project):
    leaf = {"weight": 3, "sub_tasks": []}
    tree = {
        "requirements": "Replicated.",
        "sub_tasks": [
            {"requirements": "Set <up>.", "weight": 70_000, "sub_tasks": [
                {**leaf, "requirements": "A."}, {**leaf, "requirements": "B."}]},
            {**leaf, "requirements": "C."},
        ],
    }  # fmt: skip
    version, _ = authoring.publish_spec(project, read(tree), by=None)
    page = text_of(as_user(ana), version.rubric.get_absolute_url())
    # the section stands once, over the first of its two criteria
    assert page.count("Set &lt;up&gt;.") == 1
    assert page.index("Set &lt;up&gt;.") < page.index(">A.<") < page.index(">B.<")
    # half of 70,000 each
    assert page.count("35,000 points") == 2
