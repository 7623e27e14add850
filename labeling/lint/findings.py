"""What the lint says: which rule, how bad, where, about which words, why, and how to mend it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from labeling.language import gettext as _
from labeling.language import gettext_noop

type Span = tuple[int, int]


class Severity(StrEnum):
    """An error blocks publishing until it is mended or waived; a hint is only worth a thought."""

    ERROR = gettext_noop("error")
    WARNING = gettext_noop("warning")
    HINT = gettext_noop("hint")


class Rule(StrEnum):
    """The rules by their stable names, which waivers and files keep."""

    DOUBLE_BARRELLED = "double-barrelled"
    VAGUE = "vague-word"
    NO_OBSERVABLE = "no-observable"
    AGAINST_POINTS = "negation-against-points"
    UNSEEN = "unseen-information"
    TOO_LONG = "too-long"
    NUMBER = "number-without-tolerance"
    EXAMPLE_LIST = "example-list"
    NEAR_DUPLICATE = "near-duplicate"
    NO_ANCHOR = "level-without-anchor"
    SAME_ANCHORS = "same-anchors"
    GATE = "gate-without-ground"
    ONLY_PRESENCE = "only-presence"
    OPTIONAL_OUTWEIGHS = "optional-outweighs"
    SAME_POINTS = "same-points"

    @property
    def heading(self) -> str:
        """What the rule finds, in a few words."""
        return _(_HEADINGS[self])


_HEADINGS = {
    Rule.DOUBLE_BARRELLED: gettext_noop("Two claims in one"),
    Rule.VAGUE: gettext_noop("Vague word"),
    Rule.NO_OBSERVABLE: gettext_noop("Nothing to point at"),
    Rule.AGAINST_POINTS: gettext_noop("Text and points pull apart"),
    Rule.UNSEEN: gettext_noop("Compares with what is not shown"),
    Rule.TOO_LONG: gettext_noop("Too long"),
    Rule.NUMBER: gettext_noop("Number without a limit"),
    Rule.EXAMPLE_LIST: gettext_noop("Examples in place of a test"),
    Rule.NEAR_DUPLICATE: gettext_noop("Asked twice"),
    Rule.NO_ANCHOR: gettext_noop("Level without an anchor"),
    Rule.SAME_ANCHORS: gettext_noop("Levels that say the same"),
    Rule.GATE: gettext_noop("Gate without a ground"),
    Rule.ONLY_PRESENCE: gettext_noop("Pays only for presence"),
    Rule.OPTIONAL_OUTWEIGHS: gettext_noop("Optional outweighs essential"),
    Rule.SAME_POINTS: gettext_noop("The same points for everything"),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding before it has a place in a rubric. `about` is what has to change to lift it."""

    rule: Rule
    severity: Severity
    why: str
    mend: str
    field: str = "criterion"
    spans: tuple[Span, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `spans` are places in the text of the field at `where`.

    `where` names places as Problem does: `criteria[2].criterion`, or `criteria` for the whole
    rubric, whose `key` is empty. `about` is the hash of the texts and numbers that the finding is
    about: it stays the same in the next version as long as they do.
    """

    rule: Rule
    severity: Severity
    where: str
    key: str
    why: str
    mend: str
    spans: tuple[Span, ...] = ()
    about: str = ""
    text: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """What tells this finding from the rubric's others, for forms and addresses."""
        return f"{self.rule}.{self.about}"

    def document(self) -> dict[str, object]:
        """The finding as scripts read it; spans count characters."""
        return {
            "rule": self.rule.value,
            "severity": self.severity.value,
            "where": self.where,
            "key": self.key,
            "spans": [list(span) for span in self.spans],
            "why": self.why,
            "mend": self.mend,
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}, {self.rule.heading.lower()}. {self.why} {self.mend}"


def placed(remark: Remark, where: str, key: str) -> Finding:
    """The remark as a finding at a place in a rubric."""
    about = hashlib.sha256("\0".join([remark.rule, *remark.about]).encode()).hexdigest()
    return Finding(
        rule=remark.rule,
        severity=remark.severity,
        where=f"{where}.{remark.field}" if where else remark.field,
        key=key,
        why=remark.why,
        mend=remark.mend,
        spans=remark.spans,
        about=about,
        text=remark.about[0] if remark.about else "",
    )
