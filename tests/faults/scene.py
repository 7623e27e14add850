"""A made-up project large enough that each operation on it can be interrupted."""

import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

ITEMS, RATED_ITEMS = 1_000, 120
MODELS = ("model-a", "model-b")
RATERS = ("ana", "ben", "eve")
SCALES = {
    "cites_policy": {"type": "binary"},
    "polite": {"type": "binary"},
    "next_steps": {"type": "ordinal", "values": (0, 1, 2, 3)},
    "tone": {"type": "nominal", "values": (0, 1, 2)},
}
SCORES = RATED_ITEMS * len(MODELS) * len(RATERS) * len(SCALES)


def write_scene(folder: Path) -> dict[str, Path]:
    """The files of `load`, by kind; the same bytes each time."""
    draw = random.Random(7)
    folder.mkdir(parents=True, exist_ok=True)
    lines = {"items": _items(), "responses": _responses(), "ratings": _ratings(draw)}
    files = {kind: _write(folder / f"{kind}.jsonl", rows) for kind, rows in lines.items()}
    files["rubric"] = folder / "rubric.json"
    files["rubric"].write_text(json.dumps(rubric()))
    return files


def rubric() -> dict:
    """Four criteria of three kinds of scale, ready to be published."""
    return {"title": "Answer quality", "criteria": [_criterion(key) for key in SCALES]}


def _criterion(key: str) -> dict:
    values = SCALES[key].get("values", (0, 1))
    levels = [
        {"value": value, "label": f"Level {value}", "credit": round(value / max(values), 6)}
        for value in values
    ]
    return {
        "key": key,
        "name": key.replace("_", " ").capitalize(),
        "criterion": f"Whether the answer is fine in respect of {key}.",
        "points": 1,
        "scale": {"type": SCALES[key]["type"], "levels": levels},
    }


def _items() -> Iterator[dict]:
    for n in range(ITEMS):
        prompt = f"Request {n}: may I send the kettle back? " + "It leaks at the lid. " * 20
        yield {"id": f"item-{n}", "prompt": prompt, "group": f"group-{n // 4}"}


def _responses() -> Iterator[dict]:
    for n in range(ITEMS):
        for model in MODELS:
            yield {
                "id": f"item-{n}/{model}",
                "item_id": f"item-{n}",
                "generator": model,
                "output": f"Answer {n} of {model}. " + "Send it within 30 days. " * 20,
            }


def _ratings(draw: random.Random) -> Iterator[dict]:
    for n in range(RATED_ITEMS):
        for model in MODELS:
            for key, scale in SCALES.items():
                yield from _opinions(f"item-{n}/{model}", key, scale.get("values", (0, 1)), draw)


def _opinions(response: str, key: str, values: tuple, draw: random.Random) -> Iterator[dict]:
    """Mostly one low opinion; now and then one rater thinks otherwise."""
    common = values[0] if draw.random() < 0.9 else draw.choice(values)
    for rater in RATERS:
        value = draw.choice(values) if draw.random() < 0.03 else common
        yield {"response_id": response, "criterion": key, "rater": rater, "value": value}


def _write(path: Path, rows: Iterable[dict]) -> Path:
    with path.open("w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return path
