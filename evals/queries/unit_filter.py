"""What the units of a measured batch are narrowed to, in Python and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from labeling.models import Criterion

# Conditions on a counted unit u: m values from the lowest to the highest.
SHARED = "u.m >= 2"
SHOWN = {
    "disagreement": f"{SHARED} AND u.low < u.high",
    "unanimous": f"{SHARED} AND u.low = u.high",
    "shared": SHARED,
    "applies": "u.m >= 1 AND u.n_na >= 1",
    "all": "u.m >= 1",
}


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What the units of a run are narrowed to; every part is optional.

    `raters` are one person who differs from the consensus, or two who differ from each other.
    """

    criterion: Criterion | None = None
    slice: str = ""
    generator: str = ""
    tag: str = ""
    show: str = "disagreement"
    pair: tuple[Decimal, Decimal] | None = None
    raters: tuple[int, ...] = ()
    against_majority: bool = False
    with_reasons: bool = False

    @property
    def slices(self) -> list[str]:
        """All that concerns responses, as slices."""
        parts = (self.slice, self.generator and f"generator={self.generator}")
        return [part for part in (*parts, self.tag and f"tag={self.tag}") if part]

    @property
    def conditions(self) -> list[str]:
        """Which units are listed, in terms of the counted unit u (unit_sql adds majorities)."""
        return list(_conditions(self))


def _conditions(narrowed: UnitFilter) -> Iterator[str]:
    yield SHOWN[narrowed.show]
    if narrowed.pair is not None and narrowed.pair[0] == narrowed.pair[1]:
        yield "u.pair_low > 1"
    elif narrowed.pair is not None:
        yield "u.pair_low > 0 AND u.pair_high > 0"
    if len(narrowed.raters) == 2:
        yield "u.first <> u.second"
    if narrowed.with_reasons:
        yield "u.reasons"
