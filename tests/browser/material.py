"""What is uploaded in the browser tests: items and responses as files of the import page."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

WEAK = "Sorry, no refunds here. Please understand."
STRONG = "Under section 4 you have 30 days, so send the kettle back and we pay within a week."
MODELS = ("model-a", "model-b")

# What a response may try to do to the page of the person who judges it.
HOSTILE = """<script>document.title = "hacked"; alert(1)</script>
<img src="https://evil.example/pixel.gif" onerror="alert(2)">
<img src=x onerror="document.title = 'hacked'">
<div hx-get="/accounts/logout/" hx-trigger="load" hx-on:load="alert(3)" data-hx-on:load="alert(4)">
</script></textarea></title><svg onload="alert(5)"><use href="https://evil.example/#a"></use></svg>
<a href="javascript:alert(6)">a link</a> [another](javascript:alert(7))
<iframe src="https://evil.example/"></iframe><style>body { display: none }</style>
![image](https://evil.example/picture.png) {{ 7|add:7 }} {% now "Y" %}"""
RIGHT_TO_LEFT = "مرحبا، يمكنك إرجاع الغلاية خلال ثلاثين يوما وفق البند 4.2 (EUR 49.90)."


def request_files(folder: Path, outcomes: dict[str, str]) -> dict[str, Path]:
    """An item for each name; both models answer it with the text given for it."""
    items = [
        {"id": name, "prompt": f"Request {name}: may I send my kettle back?", "group": f"of-{name}"}
        for name in outcomes
    ]
    responses = [
        {"item_id": name, "generator": model, "output": f"{text} ({name}, {number})"}
        for name, text in outcomes.items()
        for number, model in enumerate(MODELS)
    ]
    return written(folder, items, responses)


def difficult_files(folder: Path, count: int) -> dict[str, Path]:
    """A rubric, and items from right to left whose responses are all hostile."""
    names = [f"hostile-{number}" for number in range(count)]
    items = [{"id": name, "prompt": RIGHT_TO_LEFT} for name in names]
    responses = [{"item_id": name, "generator": "model-a", "output": HOSTILE} for name in names]
    files = {"Rubric": folder / "rubric.json"} | written(folder, items, responses)
    criteria = [
        {
            "key": key,
            "name": key.capitalize(),
            "criterion": f"Whether the answer is {key}.",
            "points": 1,
            "scale": {"type": "binary"},
        }
        for key in ("right", "clear", "polite")
    ]
    files["Rubric"].write_text(json.dumps({"title": "Short", "criteria": criteria}) + "\n")
    return files


def corpus_files(folder: Path, texts: Sequence[str], size: int) -> dict[str, Path]:
    """Items whose conversations say the texts, `size` at a time, each as a turn of a model."""
    files = difficult_files(folder, 1)
    items, responses = [], []
    for at in range(0, len(texts), size):
        turns = [{"role": "assistant", "content": text} for text in texts[at : at + size]]
        asked = {"role": "user", "content": "Say what you like."}
        items.append({"id": f"corpus-{at}", "messages": [asked, *turns[:-1]]})
        responses.append(
            {"item_id": f"corpus-{at}", "generator": "model-a", "messages": turns[-1:]}
        )
    return files | written(folder, items, responses)


def written(folder: Path, items: Iterable[dict], responses: Iterable[dict]) -> dict[str, Path]:
    """The rows as files, by the label of their field on the import page."""
    files = {"Items": folder / "items.jsonl", "Responses": folder / "responses.jsonl"}
    for path, rows in zip(files.values(), (items, responses), strict=True):
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return files
