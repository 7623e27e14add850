"""The funnel of real ratings: 48 stories, 14 tests, three experts each."""

import csv
import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from evals.gaps.funnel import select
from evals.gaps.pool import Item, Pool, Response, Unit
from evals.gaps.rule import Rule
from tests.unit.gaps.pools import LETTERS, binary

BESIDE = Path(__file__).resolve().parents[3] / ".." / "shared"
TTCW = Path(os.environ.get("RS_SHARED", BESIDE)) / "data" / "ttcw"
pytestmark = pytest.mark.skipif(not TTCW.exists(), reason="the TTCW ratings are not here")


def read_lines(name):
    return [json.loads(line) for line in (TTCW / name).open(encoding="utf-8")]


def load():
    counts = defaultdict(Counter)
    for row in csv.DictReader((TTCW / "ratings.csv").open(encoding="utf-8", newline="")):
        counts[row["item_id"], row["criterion_id"]][LETTERS[row["value"][0]]] += 1
    stories = read_lines("items.jsonl")
    return Pool(
        criteria=[binary(each["criterion_id"]) for each in read_lines("criteria.jsonl")],
        items=[Item(plot) for plot in dict.fromkeys(str(each["plot_id"]) for each in stories)],
        responses=[
            Response(
                each["item_id"],
                str(each["plot_id"]),
                each["model"],
                "expert" if each["response"] is None else "model",
            )
            for each in stories
        ],
        units=[Unit(response, key, found) for (response, key), found in counts.items()],
    )


def test_the_funnel_counts_of_the_published_ratings():
    steps = {(step.counts, step.step): step for step in select(Rule(), load()).funnel}
    assert steps["units", "all"].count == 672
    assert steps["units", "with enough raters"].count == 672
    assert steps["units", "unanimous"].count == 400
    low = steps["units", "unanimous at the lowest level"]
    assert low.count == 262
    assert low.by_generator == {"Claude": 67, "GPT3.5": 128, "GPT4": 67}
    assert steps["responses", "all"].count == 48
    assert steps["responses", "of the generator kinds"].count == 36
    assert steps["items", "all"].count == 12
