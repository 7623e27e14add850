"""Rubrics: a tree of 2,000 leaves from file to published version, 50,000 criteria of items, and
what an author's changes and the lint cost in the editor."""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks import _rubric_editing, _rubric_lint

LEAVES = 2_000
ITEMS, CRITERIA = 5_000, 10
WEIGHTS = (7, 11, 13, 17, 3)
TEXT = "The answer names the paragraph of the policy that decides the case, and the date it holds"


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """Each thing a person waits for, from bytes in a file to rows in the database or back."""
    yield from _rubric_editing.run(scale)
    yield from _rubric_lint.run(scale)
    with tempfile.TemporaryDirectory() as folder:
        yield from _tree(Path(folder), LEAVES * scale)
        yield from _items(Path(folder), ITEMS * scale)


def _tree(folder: Path, leaves: int) -> Iterable[dict[str, object]]:
    """A PaperBench tree imported as `load` does it, and written again."""
    from labeling.authoring import spec_of
    from labeling.importing import load
    from labeling.models import Criterion, RubricVersion
    from labeling.rubric_formats import json_text, losses, write

    path = folder / "tree.json"
    path.write_text(json.dumps(_branch(random.Random(0), "root", leaves)))
    project = _project()
    yield _measured("tree: load", leaves, lambda: load(project, {"rubric": path}, by=None))
    version = RubricVersion.objects.get(project=project)
    if Criterion.objects.filter(version=version).count() != leaves:
        raise AssertionError("not every leaf is a criterion")
    spec = spec_of(version)
    yield _measured("tree: export", leaves, lambda: json_text(write(spec, "paperbench")))
    yield _measured("tree: losses", leaves, lambda: losses(spec, "healthbench"))


def _branch(chance: random.Random, name: str, leaves: int) -> dict[str, object]:
    """A tree of so many leaves, ten children to a branch, weights without a common factor."""
    if leaves == 1:
        children = []
    else:
        parts = min(10, leaves)
        sizes = [leaves // parts + (at < leaves % parts) for at in range(parts)]
        children = [_branch(chance, f"{name}-{at}", size) for at, size in enumerate(sizes)]
    return {
        "id": name,
        "requirements": f"{TEXT} ({name}).",
        "weight": chance.choice(WEIGHTS),
        "sub_tasks": children,
        "task_category": None if children else "Code Development",
        "finegrained_task_category": None,
    }


def _items(folder: Path, items: int) -> Iterable[dict[str, object]]:
    """Items with rubrics of their own: new, the same again, and every rubric changed by file."""
    from labeling.importing import load
    from labeling.models import Criterion

    project, path = _project(), folder / "items.jsonl"
    count = items * CRITERIA
    path.write_text("".join(_line(number, items=True) for number in range(items)))
    yield _measured("items: load", count, lambda: load(project, {"items": path}, by=None))
    if Criterion.objects.filter(version__project=project).count() != count:
        raise AssertionError("not every criterion is there")
    yield _measured("items: same again", count, lambda: load(project, {"items": path}, by=None))
    rubrics = folder / "rubrics.jsonl"
    rubrics.write_text("".join(_line(number, items=False) for number in range(items)))
    yield _measured(
        "items: new rubrics", count, lambda: load(project, {"rubric": rubrics}, by=None)
    )
    if Criterion.objects.filter(version__project=project).count() != 2 * count:
        raise AssertionError("not every rubric has a second version")


def _line(number: int, *, items: bool) -> str:
    wording = "" if items else " Reworded."
    criteria = [
        {"criterion": f"{TEXT} ({number}, {at}).{wording}", "points": at + 1, "tags": ["policy"]}
        for at in range(CRITERIA)
    ]
    keyed = [{"key": f"c{at}", **one} for at, one in enumerate(criteria)]
    line: dict[str, object] = {"id": f"item-{number}", "rubric": keyed}
    if items:
        line["prompt"] = f"May I send order {number} back?"
    return json.dumps(line) + "\n"


def _measured(what: str, count: int, act: Callable[[], Any]) -> dict[str, object]:
    started = time.perf_counter()
    done = act()
    seconds = time.perf_counter() - started
    if getattr(done, "taken", True) is False:
        raise AssertionError(f"{what}: {list(done.faults)[:3]}")
    return {
        "what": what,
        "n": count,
        "seconds": round(seconds, 3),
        "per_second": round(count / seconds),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _project() -> Any:
    from labeling.models import Project

    return Project.objects.create(slug=f"bench-{uuid4().hex}")
