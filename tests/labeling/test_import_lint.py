"""Rubrics made elsewhere are loaded whatever the lint finds in them, and who loads them is told."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from labeling.importing.rubric import LINTED
from labeling.models import Project, RubricVersion
from tests.labeling.loading import run_load

pytestmark = pytest.mark.django_db
BAD = {"key": "good", "criterion": "The answer is good.", "points": 1}
FINE = {"key": "court", "criterion": "Names the court.", "points": 2}


def rubric(folder: Path, *criteria: dict[str, object]) -> Path:
    path = folder / "rubric.json"
    path.write_text(json.dumps({"title": "Sent", "criteria": list(criteria)}))
    return path


def test_it_is_published_and_told_in_the_document(project: Project, tmp_path: Path):
    said = run_load(project.slug, "--rubric", rubric(tmp_path, FINE, BAD))
    assert (said["loaded"], said["rubric"]["new"]) == (True, 1)
    (found,) = said["findings"]
    assert (found["rule"], found["severity"], found["where"], found["spans"]) == (
        "no-observable",
        "error",
        "criteria[1].criterion",
        [[14, 18]],
    )
    assert RubricVersion.objects.get().status == "published"
    # Said again it is the same version, and the same is told.
    again = run_load(project.slug, "--rubric", rubric(tmp_path, FINE, BAD))
    assert (again["rubric"]["same"], again["findings"]) == (1, [found])


def test_it_is_told_in_words(project: Project, tmp_path: Path, capsys):
    path = rubric(tmp_path, FINE, BAD)
    call_command("load", project.slug, "--rubric", str(path), stdout=StringIO())
    told = capsys.readouterr().err
    assert f"{path}: criteria[1].criterion: error, nothing to point at." in told
    assert "The lint has 1 finding in the rubric; it is published as it stands." in told


def test_a_sound_rubric_is_told_nothing(project: Project, tmp_path: Path, capsys):
    path = rubric(tmp_path, FINE)
    call_command("load", project.slug, "--rubric", str(path), stdout=StringIO())
    assert "lint" not in capsys.readouterr().err
    assert run_load(project.slug, "--rubric", path)["findings"] == []


def test_a_very_long_rubric_is_left_to_its_page(project: Project, tmp_path: Path, capsys):
    many = [{**BAD, "key": f"g{n}", "criterion": f"Is good ({n})."} for n in range(LINTED + 1)]
    path = rubric(tmp_path, *many)
    call_command("load", project.slug, "--rubric", str(path), stdout=StringIO())
    assert "501 criteria are not linted while they are loaded" in capsys.readouterr().err


def test_what_is_refused_for_other_reasons_tells_no_findings(project: Project, tmp_path: Path):
    said = run_load(project.slug, "--rubric", rubric(tmp_path, {**BAD, "points": "x"}))
    assert (said["loaded"], said["findings"]) == (False, [])


def test_the_contracts_own_rubrics_are_still_taken(
    project: Project, tmp_path: Path, shared_data: Path
):
    lines = (shared_data / "ttcw" / "criteria.jsonl").read_text().splitlines()
    tests = [json.loads(line) for line in lines]
    criteria = [
        {"key": one["criterion_id"], "criterion": one["question"], "points": 1} for one in tests
    ]
    said = run_load(project.slug, "--rubric", rubric(tmp_path, *criteria))
    assert (said["loaded"], said["rubric"]["new"]) == (True, 1)
    # Without their guidance most of the fourteen hang on a word such as “satisfying”.
    assert {one["key"] for one in said["findings"]} >= {"ttcw02", "ttcw03", "ttcw04"}
