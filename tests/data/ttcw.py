"""The TTCW stories (BSD-3-Clause) as our files: item = plot, response = story.

`python -m tests.data.ttcw SOURCE TARGET` writes rubric.json, items.jsonl, responses.jsonl,
ratings.csv and grades.jsonl. The human stories are not in the source, hence withheld.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HUMAN = "human (New Yorker)"
LEVELS = [{"value": 0, "label": "No", "credit": 0}, {"value": 1, "label": "Yes", "credit": 1}]


def convert(source: Path, target: Path) -> dict[str, Path]:
    """Write our files of the data in `source`; the paths by the names `load` gives them."""
    target.mkdir(parents=True, exist_ok=True)
    stories = list(_lines(source / "items.jsonl"))
    files = {kind: target / f"{kind}.jsonl" for kind in ("items", "responses", "grades")}
    files |= {"rubric": target / "rubric.json", "ratings": target / "ratings.csv"}
    files["rubric"].write_text(json.dumps(_rubric(source)))
    _write(files["items"], _items(stories))
    _write(files["responses"], map(_response, stories))
    _write(files["grades"], _grades(source))
    _write_ratings(source, files["ratings"])
    return files


def _rubric(source: Path) -> dict[str, Any]:
    return {
        "title": "Torrance Test of Creative Writing",
        "criteria": [
            {
                "key": line["criterion_id"],
                "name": line["name"],
                "criterion": line["question"],
                "guidance": line["guidance"],
                "dimension": line["dimension"],
                "points": 1,
                "scale": {"type": "binary", "levels": LEVELS},
            }
            for line in _lines(source / "criteria.jsonl")
        ],
    }


def _items(stories: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    plots = {story["plot_id"]: story for story in stories}
    for plot, story in plots.items():
        metadata = {"title": story["title"]}
        yield {"id": f"plot-{plot}", "prompt": story["prompt"], "metadata": metadata}


def _response(story: dict[str, Any]) -> dict[str, Any]:
    human = story["model"] == HUMAN
    line = {
        "id": story["item_id"],
        "item_id": f"plot-{story['plot_id']}",
        "generator": {"name": story["model"], "kind": "expert" if human else "model"},
        "output": story["response"],
    }
    if human:
        line["withheld"] = f"Published in The New Yorker: {story['response_url']}"
    return line


def _grades(source: Path) -> Iterator[dict[str, Any]]:
    """A judge asked twice about the same pair is a repeat."""
    asked: dict[tuple[str, str, str], int] = {}
    for line in _lines(source / "judge_verdicts.jsonl"):
        pair = (line["item_id"], line["judge"], line["criterion_id"])
        asked[pair] = asked.get(pair, -1) + 1
        grade = {
            "response_id": line["item_id"],
            "grader": line["judge"],
            "criterion": line["criterion_id"],
            "repeat": asked[pair],
            "explanation": line["response"],
        }
        if line["verdict"] is None:
            yield {**grade, "reward": None, "error": "no verdict could be read"}
        else:
            yield {**grade, "value": line["verdict"], "reward": float(line["verdict"] == "Yes")}


def _write_ratings(source: Path, target: Path) -> None:
    names = {
        "response_id": "item_id",
        "criterion": "criterion_id",
        "rater": "rater_id",
        "value": "value",
        "rationale": "explanation",
    }
    with (source / "ratings.csv").open(newline="") as old, target.open("w", newline="") as new:
        writer = csv.writer(new, lineterminator="\n")
        writer.writerow(names)
        for line in csv.DictReader(old):
            writer.writerow(line[theirs] for theirs in names.values())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
