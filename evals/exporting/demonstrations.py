"""The files of demonstrations: experts' own answers that others rated blind and found to pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from evals.gaps.passing import RULE, least_raters, shortcomings
from evals.gaps.pool import Unit
from evals.models import SelectedItem, Selection
from evals.queries.chosen import Chosen, chosen
from evals.queries.written import Told, told, written_here
from evals.rft import sentences
from evals.rft.demonstrations import DemonstrationCheck, build_demonstration, file_name
from evals.rft.manifest import Contents
from evals.rft.rows import RowRefused, row_line
from evals.rft.split import Split
from evals.selecting.pooling import inputs_of
from labeling.strict_json import dumps_line

RATED = "demonstrations_rated.jsonl"
SPLITS: tuple[Split, ...] = ("train", "valid")
Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Rated:
    """An answer as the selection's experts left it: how many judged it, and why it fails, if so."""

    pk: int
    id: str
    raters: int
    faults: tuple[str, ...]


class Demonstrations:
    """Writes them from what the selection froze: the same selection gives the same bytes."""

    def __init__(self, selection: Selection, tick: Tick) -> None:
        self.selection = selection
        self.tick = tick
        self.contents = Contents()
        self.check = DemonstrationCheck()
        self.sources: list[bytes] = []

    def files(self) -> Mapping[str, Iterable[bytes]]:
        """Rows of both splits, then where each of them comes from."""
        self.rated = rated_answers(self.selection)
        return {
            **{file_name(split): self._rows(split) for split in SPLITS},
            RATED: self._sources(),
        }

    def manifest(self) -> dict[str, object]:
        """What the manifest says of them, once they are written."""
        self.contents.warnings += self.check.warnings()
        return {
            "rule": RULE,
            "counts": self.contents.counts(),
            "excluded": sorted(self.contents.excluded, key=lambda one: (one["id"], one["reason"])),
        }

    def _rows(self, split: Split) -> Iterator[bytes]:
        for each in chosen(self.selection, split):
            self.tick()
            answers = self.rated.get(each.item.id, ())
            for one in answers:
                if one.faults:
                    self._exclude(each, one.id, "; ".join(one.faults))
            passing = {one.pk: one for one in answers if not one.faults}
            for pk, answer in told(passing):
                yield from self._row(split, each, passing[pk], answer)

    def _row(self, split: Split, each: Chosen, one: Rated, answer: Told) -> Iterator[bytes]:
        try:
            if each.own_rubric:
                raise RowRefused(sentences.NOT_RATED_BY_IT())
            row = build_demonstration(each.item, answer.text)
            if fault := self.check.add(split, row):
                raise RowRefused(fault)
        except RowRefused as refusal:
            self._exclude(each, one.id, str(refusal))
            return
        self.contents.include(split, each.group)
        self.sources.append(
            dumps_line(
                {
                    "file": file_name(split),
                    "line": self.contents.rows[split],
                    "item": each.item.id,
                    "response": answer.id,
                    "raters": one.raters,
                    "repaired_from": answer.repaired_from,
                }
            )
        )
        yield row_line(row)

    def _exclude(self, each: Chosen, answer: str, reason: str) -> None:
        self.contents.exclude(each.item.id, sentences.OF_ANSWER(response=answer, why=reason))

    def _sources(self) -> Iterator[bytes]:
        """Asked for once the rows are written."""
        yield from self.sources


def rated_answers(selection: Selection) -> dict[str, list[Rated]]:
    """Experts' own answers to the items that are in, by item, as of the measured watermark."""
    inputs = inputs_of(selection)
    chosen_items = selection.items.filter(verdict=SelectedItem.Verdict.IN)
    nowhere = dict(chosen_items.values_list("item", "not_applicable"))
    responses = [one for one in inputs.responses if one.item_pk in nowhere]
    written = written_here(one.pk for one in responses if one.kind == "expert")
    answers = [one for one in responses if one.pk in written]
    units: dict[str, dict[str, Unit]] = {one.id: {} for one in answers}
    for unit in inputs.pool.units:
        if unit.response in units:
            units[unit.response][unit.criterion] = unit
    found: dict[str, list[Rated]] = {}
    for one in answers:
        about = inputs.pool.criteria, units[one.id]
        aside = nowhere[one.item_pk]
        faults = tuple(shortcomings(*about, not_applicable=aside))
        raters = least_raters(*about, not_applicable=aside)
        found.setdefault(one.item, []).append(Rated(one.pk, one.id, raters, faults))
    return found
