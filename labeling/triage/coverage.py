"""Coverage: which problems that experts name are asked for by no criterion."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import ngettext

from labeling.models import Assignment, Flag, FlagState, Rubric
from labeling.triage.mapping import criterion_keys, mapped_keys

TARGET = 0.05
OFTEN = 2


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem named more than once, covered by nothing: its first flag, and how often."""

    flag: int
    n: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of the notes on “other problems”: how many are mapped to no criterion of the rubric.

    `outputs` are the responses such notes stand on. A note put out of scope counts as settled.
    """

    notes: int
    unmapped: int
    outputs: int
    often: tuple[Complaint, ...] = ()

    def in_words(self, rated: int | None = None) -> list[str]:
        """One sentence on the notes; with the number of rated responses one on those."""
        if not self.notes:
            return []
        notes = ngettext("%(count)s note", "%(count)s notes", self.notes)
        words = ngettext(
            "%(n)s of %(notes)s on problems the rubric misses is mapped to no criterion"
            " (%(share)s).",
            "%(n)s of %(notes)s on problems the rubric misses are mapped to no criterion"
            " (%(share)s).",
            self.unmapped,
        )
        share = _percent(self.unmapped, self.notes)
        counted = notes % {"count": f"{self.notes:,}"}
        told = [words % {"n": self.unmapped, "notes": counted, "share": share}]
        return [*told, self._on(rated)] if rated else told

    def _on(self, rated: int) -> str:
        """The sentence on the responses that such notes stand on."""
        responses = ngettext("%(count)s rated response", "%(count)s rated responses", rated)
        words = ngettext(
            "%(n)s of %(responses)s carries such a note (%(share)s); the aim is under %(aim)s.",
            "%(n)s of %(responses)s carry such a note (%(share)s); the aim is under %(aim)s.",
            self.outputs,
        )
        return words % {
            "n": f"{self.outputs:,}",
            "responses": responses % {"count": f"{rated:,}"},
            "share": _percent(self.outputs, rated),
            "aim": _percent(TARGET, 1),
        }


def coverage(rubric: Rubric) -> Coverage:
    """Read in a constant number of queries; what is merged counts where its first flag does."""
    flags = Flag.objects.of_rubric(rubric).with_state().filter(kind=Flag.Kind.OTHER)
    rows = list(flags.order_by("pk").values_list("pk", "response", "state", "head", "text"))
    mapped = mapped_keys(Flag.objects.of_rubric(rubric))
    known = criterion_keys(rubric)
    words = {pk: " ".join(text.casefold().split()) for pk, *_, text in rows}
    outputs: set[int] = set()
    # By what is complained of: those merged into one flag, and those of the same words.
    types: dict[object, list[int]] = defaultdict(list)
    for pk, response, state, head, _ in rows:
        first = head if state == FlagState.MERGED else pk
        key = mapped.get(first)
        # A key that no version has any more covers nothing.
        if key is None or (key and key not in known):
            types[words.get(first, first)].append(first)
            outputs.add(response)
    often = [Complaint(heads[0], len(heads)) for heads in types.values() if len(heads) >= OFTEN]
    return Coverage(
        notes=len(rows),
        unmapped=sum(map(len, types.values())),
        outputs=len(outputs),
        often=tuple(sorted(often, key=lambda one: (-one.n, one.flag))),
    )


def rated_outputs(rubric: Rubric) -> int:
    """How many responses experts have judged by the rubric, in whatever version."""
    seats = Assignment.objects.filter(
        batch__rubric_version__rubric=rubric, state=Assignment.State.SUBMITTED
    )
    return seats.values("response").distinct().count()


def _percent(part: float, whole: int) -> str:
    # Not to be torn apart at the end of a line.
    return f"{100 * part / whole:.3g}\N{NO-BREAK SPACE}%"
