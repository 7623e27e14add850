"""What is drawn by lot from a batch's seed: alike for whoever asks, on every machine. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal

_ALL = 2**64


def is_drawn(share: Decimal, seed: int, *names: object) -> bool:
    """Whether this one is among the `share` (0 to 1) of all; each is drawn by itself."""
    return int.from_bytes(_draw(seed, *names)[:8]) < share * _ALL


def shuffled[T](ones: Iterable[T], seed: int, *names: object) -> list[T]:
    """The same ones in an order that hangs on the seed and the names alone."""
    return sorted(ones, key=lambda one: _draw(seed, *names, one))


def _draw(seed: int, *names: object) -> bytes:
    return hashlib.sha256(":".join(map(str, (seed, *names))).encode()).digest()
