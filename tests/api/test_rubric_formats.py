"""Rubrics in and out over HTTP in the formats of others."""

from __future__ import annotations

import json

import pytest

from labeling.models import Rubric

TREE = {
    "id": "root", "requirements": "The paper is replicated.", "weight": 1, "task_category": None,
    "finegrained_task_category": None, "sub_tasks": [
        {"id": f"leaf-{n}", "requirements": f"Part {n} is there.", "weight": n, "sub_tasks": [],
         "task_category": "Code Development", "finegrained_task_category": None}
        for n in (2, 3)
    ],
}  # fmt: skip
R = "projects/refunds/rubrics/"


def test_a_tree_goes_in_and_comes_out(project, carol, ana, script):
    answer = script(carol).post(R, TREE)
    assert (answer.status_code, answer.json()["criteria"]) == (201, 2)
    path = f"{R}{answer.json()['rubric']}/versions/1/"
    assert script(ana).get(f"{path}?rubric_format=paperbench").json() == TREE
    ours = script(ana).get(path).json()
    assert [one["points"] for one in ours["criteria"]] == [2, 3]
    again = script(carol).post(R, TREE)
    assert (again.status_code, Rubric.objects.count()) == (200, 1)


def test_a_list_is_published_as_the_next_version_of_the_rubric_asked(project, carol, script):
    script(carol).post(R, {"title": "Tone", "criteria": [{"criterion": "Kind.", "points": 1}]})
    bare = [{"criterion": "Kind.", "points": 2, "tags": []}]
    answer = script(carol).post(f"{R}tone/versions/", bare)
    assert (answer.status_code, answer.json()["number"], answer.json()["title"]) == (
        *(201, 2),
        "Tone",
    )


def test_what_is_lost_is_asked_for_before(project, carol, script):
    answer = script(carol).post(R, TREE)
    path = f"{R}{answer.json()['rubric']}/versions/1/losses/"
    told = script(carol).get(f"{path}?rubric_format=healthbench").json()
    assert (told["rubric_format"], told["refused"], told["same_reward"]) == (
        *("healthbench", []),
        True,
    )
    said = {"where": "dimension", "message": "Dimensions left out: 2 criteria (`leaf-2`, `leaf-3`)"}
    assert said in told["losses"]
    assert [one["where"] for one in told["losses"]] == ["key", "dimension", "extra"]
    told = script(carol).get(f"{path}?rubric_format=biggen").json()
    assert told["refused"] == [
        {
            "where": "criteria",
            "message": "The format holds one criterion, this rubric has 2",
        }
    ]
    assert script(carol).get(path).json()["losses"] == []


@pytest.mark.parametrize(
    ("body", "query", "said"),
    [
        ([{"requirement": "A.", "type": "llm-rubric", "value": "A."}], "", "could be autorubric"),
        ([1], "", "This is no rubric in a format known here"),
        ({"a": 1}, "", "It is an object with the keys `a`."),
        (TREE, "?rubric_format=nope", "not a valid choice"),
        (TREE, "?rubric_format=verifiers", "is missing; a list is needed here"),
        ({**TREE, "sub_tasks": [{}]}, "", "sub_tasks[0].weight"),
        (
            [{"id": name, "rubric": [{"criterion": "A.", "points": 1}]} for name in "ab"],
            *("", "holds the rubrics of 2 items"),
        ),
    ],
)
def test_what_is_no_rubric_is_refused_in_words(project, carol, script, body, query, said):
    answer = script(carol).post(f"{R}{query}", body)
    assert 400 <= answer.status_code < 500
    assert said in json.dumps(answer.json())
    assert not Rubric.objects.exists()


def test_it_cannot_be_read_in_a_format_that_does_not_hold_it(project, carol, script):
    rubric = script(carol).post(R, TREE).json()["rubric"]
    answer = script(carol).get(f"{R}{rubric}/versions/1/?rubric_format=biggen")
    assert answer.status_code == 422
    assert "cannot be written as BiGGen" in answer.json()["title"]
