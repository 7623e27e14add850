"""Odd ratings from the file to the page: a stated result or a clear refusal, and nothing between.

Never NaN, 0 or 1 in place of undefined, and never a worker that dies of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from evals.models import AgreementRun, Grader
from labeling import authoring
from labeling.models import Batch, Project, Rating, Score, User
from labeling.spec import parse_rubric
from tests import factories
from tests.evals.histories import measured
from tests.labeling.loading import run_load, write_lines

type Line = tuple[str, str, object]


class Loaded:
    """A project whose ratings come from files; what its pages and files then say."""

    def __init__(self, project: Project, folder: Path, admin: Any) -> None:
        self.project, self.folder, self.admin = project, folder, admin

    def load(self, lines: Iterable[Line], *, key: str = "polite", **more: object) -> dict[str, Any]:
        """Each line: response, rater, value. The document of `load`."""
        told = [
            {"response_id": response, "rater": rater, "criterion": key, "value": value, **more}
            for response, rater, value in lines
        ]
        path = write_lines(self.folder / "ratings.jsonl", told)
        return run_load(self.project.slug, "--ratings", path)

    def measured(self) -> AgreementRun:
        """One attempt of a worker at what was loaded."""
        run = measured(Batch.objects.get(project=self.project, kind="imported"))
        assert (run.state, run.error, run.attempt) == ("finished", "", 1)
        return run

    def told(self, key: str = "polite") -> tuple[dict[str, Any], str]:
        """What the JSON file and the page say of a criterion on the whole batch."""
        batch = Batch.objects.get(project=self.project, kind="imported")
        address = reverse("agreement_json", args=[self.project.slug, batch.pk])
        document = json.loads(self.admin.get(address).content, parse_constant=no_such_number)
        (found,) = [
            one
            for one in document["results"][0]["criteria"]
            if (one["key"], one["slice"]) == (key, None)
        ]
        page = self.admin.get(reverse("agreement_criterion", args=[self.project.slug, key]))
        assert page.status_code == 200
        assert "nan" not in page.text.lower().split()
        return found, page.text


def no_such_number(name: str) -> float:
    raise AssertionError(f"{name} is no number of JSON")


@pytest.fixture
def loaded(project: Project, tmp_path: Path, as_user: Callable, carol: User) -> Loaded:
    """Responses r0 .. r39 of as many items, and a rubric of two binary criteria."""
    factories.published(project)
    for number in range(40):
        factories.response(factories.item(project, f"item-{number}"), external_id=f"r{number}")
    return Loaded(project, tmp_path, as_user(carol))


def everybody(*raters: str, value: Callable[[int], int] = lambda number: 1) -> list[Line]:
    return [(f"r{number}", rater, value(number)) for number in range(40) for rater in raters]


def undefined(one: dict[str, Any]) -> str:
    """The reason; neither a value nor an interval stands beside it."""
    assert (one["value"], one["ci_low"], one["ci_high"]) == (None, None, None)
    return one["undefined_reason"]


def test_one_rater(loaded):
    loaded.load(everybody("eve", value=lambda number: number % 2))
    loaded.measured()
    found, page = loaded.told()
    reason = "Only one expert rated here: agreement needs two, alpha is undefined"
    assert undefined(found["alpha"]) == reason
    assert undefined(found["ac1"]).startswith("Only one expert rated here")
    assert (found["percent"], found["n_pairable_units"], found["n_ratings"]) == (None, 0, 40)
    assert reason in page


def test_one_value_only(loaded):
    loaded.load(everybody("eve", "max"))
    loaded.measured()
    found, page = loaded.told()
    reason = (
        "Both experts gave the same answer on all 40 shared units: "
        "agreement is perfect, alpha is undefined"
    )
    assert undefined(found["alpha"]) == reason
    # AC1 has a value there, and the caution that one class is no test.
    assert found["ac1"]["value"] == 1.0
    assert any("Only one answer was ever given" in text for text in found["warnings"])
    assert (found["percent"], found["unanimous"]) == (1.0, 40)
    assert reason in page


def test_no_shared_unit(loaded):
    loaded.load(
        (f"r{number}", "eve" if number % 2 else "max", number // 2 % 2) for number in range(40)
    )
    loaded.measured()
    found, page = loaded.told()
    reason = undefined(found["alpha"])
    assert "no unit" in reason.lower()
    assert reason in page
    assert found["n_raters"] == 2
    assert (found["percent"], found["n_pairable_units"]) == (None, 0)


def test_ten_thousand_distinct_values(project, tmp_path, as_user, carol):
    scale = {"type": "interval", "min": 0, "max": 10_000}
    asked = {"key": "length", "criterion": "How long is it?", "points": 1, "scale": scale}
    authoring.publish_spec(project, parse_rubric({"title": "Long", "criteria": [asked]}), by=None)
    item = {f"item-{n}": {"id": f"item-{n}", "prompt": f"Question {n}?"} for n in range(5_000)}
    items = write_lines(tmp_path / "items.jsonl", item.values())
    texts = [
        {"id": f"r{n}", "item_id": f"item-{n}", "generator": "model-a", "output": f"Answer {n}."}
        for n in range(5_000)
    ]
    responses = write_lines(tmp_path / "responses.jsonl", texts)
    run_load(project.slug, "--items", items, "--responses", responses)
    loaded = Loaded(project, tmp_path, as_user(carol))
    # Rater b always says .5 more than rater a: 10,000 values, all of them different.
    lines = [(f"r{n}", who, n + more) for n in range(5_000) for who, more in (("a", 0), ("b", 0.5))]
    assert loaded.load(lines, key="length")["ratings"]["new"] == 10_000
    run = loaded.measured()
    assert len(set(Score.objects.values_list("value", flat=True))) == 10_000
    found, _ = loaded.told("length")
    # D_o = .25; D_e about the variance of 0..5,000 twice: 2 x 5000^2 / 12
    assert found["alpha"]["value"] == pytest.approx(1 - 0.25 / (2 * 5_000**2 / 12), abs=1e-9)
    assert undefined(found["ac1"])
    assert (found["prevalence"], run.ratings_through) == ({}, 10_000)


def test_a_rater_who_rated_a_unit_twice_in_one_file(loaded):
    told = loaded.load([*everybody("eve", "max"), ("r0", "eve", 0)])
    assert told["problems"] == [
        {
            "file": str(loaded.folder / "ratings.jsonl"),
            "line": 81,
            "field": "rater",
            "message": "`eve` rated this on line 1 already; mark a correction with a higher"
            " `revision`",
        }
    ]
    assert not Rating.objects.exists(), "nothing of the file is taken"


def test_a_rater_who_corrected_a_unit_counts_once(loaded):
    loaded.load(everybody("eve", "max", value=lambda number: number % 2))
    loaded.load([("r0", "eve", 1)], revision=2)
    loaded.measured()
    found, _ = loaded.told()
    assert (found["n_ratings"], found["n_units"], found["unanimous"]) == (80, 40, 39)
    assert found["percent"] == pytest.approx(39 / 40)


def test_mixed_versions(loaded):
    """A reworded criterion carries on its lineage; one that asks for something else begins anew."""
    loaded.load(everybody("eve", "max", value=lambda number: number % 2))
    levels = [{"value": value, "label": f"Level {value}"} for value in (1, 2, 3)]
    second = {
        "title": "Refund quality",
        "criteria": [
            {"key": "polite", "criterion": "The answer is polite throughout.", "points": 1},
            {
                "key": "cites_policy",
                "criterion": "How well does it cite the policy?",
                "scale": {"type": "ordinal", "levels": levels},
            },
        ],
    }
    rubric = loaded.project.rubrics.get()
    author = factories.member(loaded.project, "author", "author")
    version, _ = authoring.publish_spec(
        loaded.project, parse_rubric(second), by=author, slug=rubric.slug
    )
    assert version.number == 2
    refused = loaded.load([("r0", "zoe", 0)], key="cites_policy")
    assert "cites_policy" in refused["problems"][0]["message"], "0 was a level of version 1 only"
    taken = loaded.load([(f"r{number}", "zoe", number % 2) for number in range(40)])
    assert taken["ratings"]["new"] == 40
    # A correction stays on its seat, in the batch of version 1, though it was made under version 2.
    assert loaded.load([("r0", "eve", 1)], revision=2)["ratings"]["new"] == 1
    batches = Batch.objects.filter(project=loaded.project, kind="imported").order_by("pk")
    # Each version has its own batch of imported ratings: they are never mixed in silence.
    assert [batch.rubric_version.number for batch in batches] == [1, 2]
    runs = [measured(batch) for batch in batches]
    ratings = [
        {
            row.criterion.key: (row.n_raters, row.n_ratings)
            for row in run.criteria.filter(slice=None)
        }
        for run in runs
    ]
    assert ratings == [
        {"cites_policy": (0, 0), "polite": (2, 80)},
        {"cites_policy": (0, 0), "polite": (1, 40)},
    ]
    slices = {row.slice: row.n_ratings for row in runs[0].criteria.filter(criterion__key="polite")}
    assert slices == {None: 80, "rubric_version=1": 79, "rubric_version=2": 1}


@pytest.mark.parametrize(
    ("rater", "words"),
    [
        ("model-a", "`model-a` is a generator of this project, and a machine is never a rater"),
        ("MODEL-A", "`MODEL-A` is a generator of this project"),
        ("Strict judge", "`Strict judge` is a grader of this project"),
        ("strict-judge", "`strict-judge` is a grader of this project"),
    ],
)
def test_machine_verdicts_offered_as_ratings(loaded, rater, words):
    Grader.objects.create(
        project=loaded.project,
        slug="strict-judge",
        kind="imported",
        spec={"type": "imported", "name": "Strict judge"},
        spec_hash=factories.digest("judge"),
    )
    told = loaded.load([("r0", "eve", 1), ("r0", rater, 1)])
    assert [one["line"] for one in told["problems"]] == [2]
    assert told["problems"][0]["message"].startswith(words)
    assert "load what it says as grades" in told["problems"][0]["message"]
    assert not User.objects.filter(username__iexact=rater).exists()
    assert not Rating.objects.exists()


def test_a_line_of_grades_is_no_line_of_ratings(loaded):
    told = loaded.load([("r0", "eve", 1)], grader="strict-judge", reward=0.5)
    assert {(one["field"], one["message"]) for one in told["problems"]} == {
        (key, "belongs to a grade; what machines say is loaded as grades")
        for key in ("grader", "reward")
    }


def test_a_person_may_bear_the_name_of_a_generator(loaded):
    """Experts write responses too, and a member who can log in is a person."""
    factories.generator(loaded.project, "eve", "expert")
    factories.member(loaded.project, "model-a", "expert")
    assert loaded.load([("r0", "eve", 1), ("r0", "model-a", 1)])["ratings"]["new"] == 2
