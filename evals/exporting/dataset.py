"""The files of a release, line by line: nothing in them but what the selection froze."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.exporting.demonstrations import Demonstrations
from evals.models import Export
from evals.queries import agreement
from evals.queries.chosen import Chosen, chosen
from evals.rft import demonstrations, sentences
from evals.rft.bundle import FileRecord, write_bundle
from evals.rft.checks import DatasetCheck
from evals.rft.judging import Judge
from evals.rft.manifest import (
    Contents,
    Provenance,
    build_manifest,
    manifest_bytes,
    not_measured,
)
from evals.rft.openai import Compiled, compile_grader
from evals.rft.rows import RowRefused, build_row, item_fields, row_line
from evals.rft.rubrics import rubric_row
from evals.rft.split import Split
from labeling.authoring.rows import spec_of
from labeling.errors import DomainError
from labeling.models import Batch, Way
from labeling.spec import CriterionSpec
from labeling.strict_json import dumps_line

OPENAI = "openai"
SPLITS: tuple[Split, ...] = ("train", "valid")
Tick = Callable[[], None]


@dataclass(frozen=True)
class Survey:
    """What all rows have in common: learnt in a first reading, before the first row is written."""

    fields: frozenset[str]
    released: frozenset[frozenset[str]]
    tools: bool


def survey(items: Iterable[Chosen]) -> Survey:
    """Shared fields and sets of released criteria of the items that can become rows."""
    shared: frozenset[str] | None = None
    released: set[frozenset[str]] = set()
    tools = False
    for each in items:
        fields = frozenset(item_fields(each.item))
        if _refusal(each, fields):
            continue
        shared = fields if shared is None else shared & fields
        released.add(each.released)
        tools = tools or bool(each.item.tools)
    return Survey(shared or frozenset(), frozenset(released), tools)


def _row(
    each: Chosen, fields: frozenset[str], extra: Mapping[str, str] | None = None
) -> dict[str, object]:
    """The item's row. Raises RowRefused, also where one grader for all rows would misjudge it."""
    if each.own_rubric:
        raise RowRefused(sentences.OWN_RUBRIC())
    return build_row(each.item, fields, extra)


def _refusal(each: Chosen, fields: frozenset[str]) -> str:
    try:
        _row(each, fields)
    except RowRefused as error:
        return str(error)
    return ""


class Dataset:
    """Writes one release; the same export row gives the same bytes whenever it is asked."""

    def __init__(self, export: Export, tick: Tick = lambda: None) -> None:
        self.export = export
        self.selection = export.selection
        self.tick = tick
        self.contents = Contents()
        self.check = DatasetCheck()
        self.manifest: dict[str, object] = {}
        self.shown: Demonstrations | None = None
        if demonstrations.TARGET in export.targets:
            self.shown = Demonstrations(export.selection, tick)

    @property
    def rows(self) -> int:
        """Rows of all targets together."""
        return self.contents.rows.total() + (self.shown.contents.rows.total() if self.shown else 0)

    def write(self, directory: Path) -> list[FileRecord]:
        """Write all files and the manifest; the directory is there whole, or not at all."""
        files: dict[str, Iterable[bytes]] = {}
        if OPENAI in self.export.targets:
            files |= self._tuning()
        if self.shown:
            files |= self.shown.files()
        return write_bundle(directory, files, self._manifest)

    def _tuning(self) -> Mapping[str, Iterable[bytes]]:
        """Files for reinforcement fine-tuning: rows, the grader, and what it was made from."""
        criteria = spec_of(self.selection.agreement_run.rubric_version).criteria
        self.compiled = self._compiled(criteria)
        return {
            "train.jsonl": self._rows("train", self.compiled),
            "valid.jsonl": self._rows("valid", self.compiled),
            "grader.json": iter([dumps_line(self.compiled.grader)]),
            "rubrics.jsonl": self._rubrics(criteria),
        }

    def _compiled(self, criteria: Sequence[CriterionSpec]) -> Compiled:
        self.common = survey(chosen(self.selection))
        if not self.common.released:
            reasons = {
                _refusal(each, frozenset(item_fields(each.item))) for each in chosen(self.selection)
            }
            raise DomainError(f"No item can become a row: {'; '.join(sorted(reasons)[:5])}.")
        return compile_grader(
            criteria,
            self.common.released,
            Judge(self.export.judge_model),
            name=self.export.name,
            fields=self.common.fields,
            tools=self.common.tools,
        )

    def _rows(self, split: Split, compiled: Compiled) -> Iterator[bytes]:
        for each in chosen(self.selection, split):
            self.tick()
            try:
                row = _row(each, self.common.fields, compiled.row_fields(each.released))
            except RowRefused as error:
                self.contents.exclude(each.item.id, str(error))
                continue
            if faults := self.check.add(split, row):
                self.contents.exclude(each.item.id, "; ".join(faults))
                continue
            self.contents.include(split, each.group)
            yield row_line(row)

    def _rubrics(self, criteria: Sequence[CriterionSpec]) -> Iterator[bytes]:
        left_out = {each["id"] for each in self.contents.excluded}
        content_hash = self.selection.agreement_run.rubric_version.content_hash
        for split in SPLITS:
            for each in chosen(self.selection, split):
                if each.item.id not in left_out:
                    row = rubric_row(each.item.id, criteria, each.released, content_hash)
                    yield dumps_line(row)

    def _manifest(self, records: Sequence[FileRecord]) -> bytes:
        told: dict[str, object] = {}
        if OPENAI in self.export.targets:
            self.contents.warnings += [*self.check.warnings(), *self.compiled.notes]
        if self.shown:
            told[demonstrations.TARGET] = self.shown.manifest()
            self.contents.warnings += self.shown.contents.warnings
        self.manifest = build_manifest(provenance(self.export), self.contents, records) | told
        self.tick()
        return manifest_bytes(self.manifest)


def _way(batch: Batch) -> dict[str, str]:
    """How it was rated, where that was not one response at a time.

    Releases of before are told by the same words: what is as usual is not said.
    """
    usual = batch.way in (Way.SINGLE, Way.UNKNOWN)
    return {} if usual else {"way": batch.way, "way_of_rating": str(Way(batch.way).label)}


def provenance(export: Export) -> Provenance:
    """Where the release comes from: by hashes and names, never by keys of this database."""
    selection = export.selection
    run = selection.agreement_run
    version = run.rubric_version
    kinds = selection.rule["generator_kinds"]
    slices = (None, *(f"generator_kind={kind}" for kind in kinds))
    measured = {
        "batch": run.batch.name,
        **_way(run.batch),
        "rubric_version": version.number,
        "watermark": run.watermark,
        "ratings_through": run.ratings_through,
        "criteria": [agreement.criterion(row, run) for row in agreement.rows(run, slices)],
    }
    return Provenance(
        project=export.project.slug,
        name=export.name,
        selection=selection.input_hash,
        rule=selection.rule,
        rule_hash=selection.rule_hash,
        seed=selection.seed,
        rubric_hashes={f"{version.rubric.slug} v{version.number}": version.content_hash},
        agreement=[measured],
        funnel=selection.funnel,
        judge_model=export.judge_model if OPENAI in export.targets else None,
        targets=export.targets,
        not_measured=not_measured(graded=OPENAI in export.targets),
        warnings=selection.warnings,
    )
