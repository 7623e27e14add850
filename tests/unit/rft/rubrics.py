"""Rubrics and compiled graders for tests, from the shortest description that says enough."""

from evals.rft.judging import Judge
from evals.rft.openai import compile_grader
from labeling.spec import parse_rubric

FIELDS = frozenset({"id", "group", "prompt_text", "reference", "reference_answer"})
JUDGE = Judge("some-judge", {"temperature": 0})
ORDINAL = {
    "type": "ordinal",
    "levels": [{"value": value, "label": f"L{value}"} for value in (1, 2, 3, 4)],
}


def rubric(*criteria):
    return parse_rubric({"title": "t", "criteria": list(criteria)}).criteria


def criterion(key, points, **more):
    return {"key": key, "criterion": f"It is {key}.", "points": points} | more


def compiled(criteria, released=None, **more):
    sets = released or [frozenset(each.key for each in criteria)]
    options = {"name": "made_up", "fields": FIELDS} | more
    return compile_grader(criteria, sets, JUDGE, **options)


MIXED = [
    criterion("a", 5),
    criterion("b", 3, scale=ORDINAL),
    criterion("c", -4),
    criterion("g", 2, gate=True),
    criterion("p", -1, gate=True),
]
