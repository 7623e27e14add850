"""The fewest elements that meet every one of some sets, by a search that is exact or gives up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

# Above so many different elements it costs more to find the needless ones than to try them.
COMPARED = 1_500


class GaveUp(Exception):
    """The search took more steps than it was given; nothing was decided."""


def fewest_hits(
    sets: Sequence[Iterable[int]], at_least: int, at_most: int, *, steps: int
) -> frozenset[int] | None:
    """The fewest elements that meet every set; None when they are more than `at_most`.

    `at_least` is a number known to be no more than that of the elements. Raises GaveUp.
    """
    search = _Search(sets, steps)
    for size in range(at_least, at_most + 1):
        found = search.within((1 << len(sets)) - 1, size, search.elements)
        if found is not None:
            return frozenset(search.named[mask] for mask in found)
    return None


class _Search:
    """An element is the sets it meets, as bits; elements that meet the same sets are one."""

    def __init__(self, sets: Sequence[Iterable[int]], steps: int) -> None:
        masks: dict[int, int] = {}
        for at, members in enumerate(sets):
            for element in members:
                masks[element] = masks.get(element, 0) | 1 << at
        self.named = {masks[element]: element for element in sorted(masks, reverse=True)}
        self.elements, self.steps = _needed(list(self.named)), steps

    def within(self, unmet: int, size: int, elements: list[int]) -> list[int] | None:
        """At most `size` of the elements that meet all sets still unmet."""
        if not unmet:
            return []
        self.steps -= 1
        if self.steps < 0:
            raise GaveUp
        useful = sorted({mask & unmet for mask in elements} - {0}, key=int.bit_count, reverse=True)
        if not size or not useful or useful[0].bit_count() * size < unmet.bit_count():
            return None
        hardest = self._hardest(unmet, elements)
        for at, mask in enumerate(elements):
            if mask & hardest:
                # What was tried before in vain need not be tried beside this one.
                before = (one for one in elements[:at] if not one & hardest)
                rest = [*elements[at + 1 :], *before]
                found = self.within(unmet & ~mask, size - 1, rest)
                if found is not None:
                    return [mask, *found]
        return None

    def _hardest(self, unmet: int, elements: list[int]) -> int:
        """The unmet set that the fewest elements meet, as a bit."""
        bits = [1 << at for at in range(unmet.bit_length()) if unmet >> at & 1]
        return min(bits, key=lambda bit: sum(1 for mask in elements if mask & bit))


def _needed(masks: list[int]) -> list[int]:
    """Without elements whose sets another one meets too; those of most sets come first."""
    masks = sorted(masks, key=lambda mask: (-mask.bit_count(), mask))
    if len(masks) > COMPARED:
        return masks
    kept: list[int] = []
    for mask in masks:
        if not any(mask & other == mask for other in kept):
            kept.append(mask)
    return kept
