"""Importing: items of 1 KB through check, hash and COPY into a project of their own."""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import uuid4

ITEMS = 100_000
TEXT = (
    "customer asked whether the kettle can go back after 30 days without its box receipt policy"
    " paragraph 4.2 refund shipping label order number total 19.99 EUR please thanks support"
)
WORDS = TEXT.split()


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """The first load of a file, and the same file again, which adds nothing."""
    from labeling.importing import load
    from labeling.models import Project

    count = ITEMS * scale
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "items.jsonl"
        path.write_bytes(b"".join(_lines(1)))
        # What is loaded only once, such as compiled modules, is no part of the growth.
        load(Project.objects.create(slug=f"bench-{uuid4().hex}"), {"items": path}, by=None)
        with path.open("wb") as stream:
            stream.writelines(_lines(count))
        project = Project.objects.create(slug=f"bench-{uuid4().hex}")
        for name in ("new", "same"):
            before, started = _peak_mb(), time.perf_counter()
            report = load(project, {"items": path}, by=None)
            seconds = time.perf_counter() - started
            counted = report.counts["items"].document()[name]
            if counted != count:
                raise AssertionError(f"{counted} of {count} items are {name}")
            yield {
                "what": f"items, all {name}",
                "n": count,
                "seconds": round(seconds, 3),
                "per_second": round(count / seconds),
                "bytes_per_item": path.stat().st_size // count,
                "peak_rss_mb": round(_peak_mb(), 1),
                "growth_mb": round(_peak_mb() - before, 1),
            }


def _lines(count: int) -> Iterator[bytes]:
    chance = random.Random(0)
    for number in range(count):
        yield (
            json.dumps(
                {
                    "id": f"item-{number}",
                    "messages": [
                        {"role": "system", "content": _text(chance, 200)},
                        {"role": "user", "content": _text(chance, 560)},
                    ],
                    "reference": _text(chance, 80),
                    "group": f"group-{number // 4}",
                    "tags": ["refund", "eu"],
                    "metadata": {"source": "bench", "number": number},
                }
            ).encode()
            + b"\n"
        )


def _text(chance: random.Random, length: int) -> str:
    return " ".join(chance.choices(WORDS, k=length // 6))[:length]


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
