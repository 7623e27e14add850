"""The airline trajectories of tau-bench as our files: `python -m tests.data.tau_airline FROM TO`.

An item is a task with the policy as its document and the expected calls as its reference; a
response is one trajectory of the agent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUBRIC = {
    "title": "Airline agent",
    "criteria": [
        {
            "key": "right_change",
            "name": "Right change in the database",
            "criterion": "The calls that write leave the reservations as the policy and the"
            " customer's wish require.",
            "points": 5,
            "gate": True,
            "scale": {"type": "binary"},
        },
        {
            "key": "keeps_policy",
            "name": "Keeps to the policy",
            "criterion": "No step of the agent breaks a rule of the airline policy.",
            "points": 3,
            "scale": {"type": "binary"},
        },
        {
            "key": "asks_before_writing",
            "name": "Asks before writing",
            "criterion": "Before each call that writes, the agent lists the details and waits for"
            " a yes.",
            "points": 2,
            "scale": {"type": "binary"},
        },
    ],
}


def convert(source: Path, target: Path) -> None:
    """Write rubric.json, items.jsonl and responses.jsonl."""
    target.mkdir(parents=True, exist_ok=True)
    rows = [json.loads(line) for line in (source / "trajectories.jsonl").open(encoding="utf-8")]
    policy = (source / "policy.md").read_text()
    tools = json.loads((source / "tools.json").read_text())
    (target / "rubric.json").write_text(json.dumps(RUBRIC) + "\n")
    _write(target / "items.jsonl", _items(rows, policy, tools))
    _write(target / "responses.jsonl", map(_response, rows))


def _items(rows: list[dict], policy: str, tools: list) -> Iterator[dict[str, Any]]:
    for row in {row["item_id"]: row for row in rows}.values():
        yield {
            "id": row["item_id"],
            "messages": [{"role": "system", "content": policy}],
            "tools": tools,
            "reference": {"expected_actions": row["expected_actions"]},
            "metadata": {"documents": [{"title": "Airline policy", "text": policy}]},
        }


def _response(row: dict) -> dict[str, Any]:
    return {
        "item_id": row["item_id"],
        "generator": row["model"],
        "index": row["trial"],
        "messages": row["messages"],
    }


def _write(path: Path, rows: Iterator[dict[str, Any]] | map) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
