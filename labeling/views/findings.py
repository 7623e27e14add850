"""Findings of the lint as pages show them: by criterion, with the words they are about marked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from labeling.authoring import Judged
from labeling.forms.places import level_in_words
from labeling.lint import Finding, Severity, Span
from labeling.models import LintWaiver
from labeling.spec import CriterionSpec, RubricSpec

# So many characters stand on either side of the words that a finding is about.
AROUND = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text, marked or not."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """One finding: `place` says where in the criterion, `spans` as scripts count characters."""

    finding: Finding
    waiver: LintWaiver | None
    place: str
    pieces: list[Piece]
    spans: str
    id: str


@dataclass(slots=True)
class FindingGroup:
    """What is found in one criterion; number 0 is the whole rubric."""

    number: int
    key: str = ""
    name: str = ""
    pk: int | None = None
    open: list[ShownFinding] = field(default_factory=list)
    hints: list[ShownFinding] = field(default_factory=list)
    waived: list[ShownFinding] = field(default_factory=list)

    def add(self, shown: ShownFinding) -> None:
        if shown.waiver is not None:
            self.waived.append(shown)
        elif shown.finding.severity == Severity.HINT:
            self.hints.append(shown)
        else:
            self.open.append(shown)


@dataclass(frozen=True, slots=True)
class FindingList:
    """Every group with something in it, the whole rubric's first, and what they add up to."""

    groups: list[FindingGroup]
    errors: int
    warnings: int
    hints: int
    waived: int

    @property
    def in_words(self) -> str:
        """`2 errors, 1 warning, 3 hints, 1 let stand`, or that there is nothing."""
        counts = (
            (self.errors, ngettext("%(n)s error", "%(n)s errors", self.errors)),
            (self.warnings, ngettext("%(n)s warning", "%(n)s warnings", self.warnings)),
            (self.hints, ngettext("%(n)s hint", "%(n)s hints", self.hints)),
            (self.waived, _("%(n)s let stand")),
        )
        said = [words % {"n": count} for count, words in counts if count]
        return ", ".join(said) or _("nothing found")


def finding_list(found: Sequence[Judged], spec: RubricSpec, pks: Sequence[int] = ()) -> FindingList:
    """The findings by criterion; `pks` are the rows of the criteria, where there are any."""
    groups: dict[int, FindingGroup] = {}
    for one in found:
        number = _number(one.finding)
        if number not in groups:
            groups[number] = _group(number, spec, pks)
        groups[number].add(_shown(one, spec))
    open_ = [one.finding.severity for one in found if one.is_open]
    return FindingList(
        [groups[number] for number in sorted(groups)],
        errors=open_.count(Severity.ERROR),
        warnings=open_.count(Severity.WARNING),
        hints=open_.count(Severity.HINT),
        waived=len(found) - len(open_),
    )


def _number(finding: Finding) -> int:
    at = finding.where.partition("[")[2].partition("]")[0]
    return int(at) + 1 if at else 0


def _group(number: int, spec: RubricSpec, pks: Sequence[int]) -> FindingGroup:
    if not number:
        return FindingGroup(0)
    criterion = spec.criteria[number - 1]
    pk = pks[number - 1] if number <= len(pks) else None
    return FindingGroup(number, criterion.key, criterion.name, pk)


def _shown(one: Judged, spec: RubricSpec) -> ShownFinding:
    finding, number = one.finding, _number(one.finding)
    text = _text(spec.criteria[number - 1], finding) if number else ""
    spans = finding.spans
    digest = hashlib.sha256(f"{finding.where} {finding.name}".encode()).hexdigest()
    return ShownFinding(
        finding,
        one.waiver,
        level_in_words(finding.where),
        list(_pieces(text, spans)),
        " ".join(f"{_units(text, start)}-{_units(text, end)}" for start, end in spans),
        f"finding-{digest[:16]}",
    )


def _text(criterion: CriterionSpec, finding: Finding) -> str:
    """The text that the finding's spans lie in."""
    for at, level in enumerate(criterion.scale.levels):
        if finding.where.endswith(f"levels[{at}].anchor"):
            return level.anchor
    return criterion.criterion if finding.where.endswith(".criterion") else ""


def _pieces(text: str, spans: Sequence[Span]) -> Iterator[Piece]:
    """The words with some text around them; nothing where all of it is meant."""
    if not spans or (spans[0][0] == 0 and spans[-1][1] >= len(text)):
        return
    begin, end = max(spans[0][0] - AROUND, 0), min(spans[-1][1] + AROUND, len(text))
    at = begin
    if begin:
        yield Piece("…", False)
    for start, stop in spans:
        yield Piece(text[at:start], False)
        yield Piece(text[start:stop], True)
        at = stop
    yield Piece(text[at:end] + ("…" if end < len(text) else ""), False)


def _units(text: str, at: int) -> int:
    """How many UTF-16 units stand before a character: so browsers count."""
    return len(text[:at].encode("utf-16-le")) // 2
