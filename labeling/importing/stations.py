"""Which station loads which file. Known answers and grades register theirs at start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labeling.importing.context import Loading
from labeling.importing.items import load_items
from labeling.importing.ratings import load_ratings
from labeling.importing.report import Counts
from labeling.importing.responses import load_responses
from labeling.importing.rubric import load_rubric

type Station = Callable[[Loading, Path], Counts]

STATIONS: dict[str, Station] = {
    "rubric": load_rubric,
    "items": load_items,
    "responses": load_responses,
    "ratings": load_ratings,
}


def register(kind: str, station: Station) -> None:
    """Let what stands above this load a kind of file that it owns."""
    STATIONS[kind] = station
