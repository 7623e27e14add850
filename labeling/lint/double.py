"""Two claims in one criterion: which of them did the expert judge, and what is each by itself?"""

from __future__ import annotations

from collections.abc import Iterator

from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.lint.findings import Remark, Rule, Severity, Span
from labeling.lint.joins import Join, joins
from labeling.lint.levels import is_empty
from labeling.lint.lexicon import word_set
from labeling.lint.reading import Sentence
from labeling.lint.verbs import is_act
from labeling.spec.rubric import CriterionSpec

_SECONDLY = word_set("also additionally moreover furthermore likewise besides secondly")
_WHY = gettext_noop(
    "Two claims share one mark: an expert who finds only one of them cannot say "
    "so, and a response is paid in full for half."
)


def remarks(criterion: CriterionSpec, read: list[Sentence]) -> Iterator[Remark]:
    """At most one: of several sentences, of joined claims, or of a choice between claims."""
    text = criterion.criterion
    found = [join for one in read for join in joins(one)]
    firm = [join for join in found if join.firm]
    if further := [one for one in read[1:] if _is_further_claim(one)]:
        each = [text[slice(*one.span(0, len(one)))] for one in read]
        spans = tuple(one.span(0, len(one)) for one in further)
        mend = _("Make a criterion of each sentence: %(each)s") % {"each": _quoted(each)}
        yield _remark(Severity.WARNING, mend, spans, text)
    elif firm:
        severity = Severity.HINT if _levels_cover(criterion) else Severity.WARNING
        yield _remark(
            severity,
            _("Split it into %(text)s") % {"text": _quoted(halves(text, firm))},
            _spans(firm),
            text,
        )
    elif found:
        mend = _(
            "If either is enough, say so in the guidance; if they are worth different "
            "points, split it into %(text)s"
        ) % {"text": _quoted(halves(text, found))}
        yield _remark(Severity.HINT, mend, _spans(found), text)


def halves(text: str, found: list[Join]) -> list[str]:
    """The criteria that the text would split into, each able to stand alone."""
    starts = [0, *(join.second for join in found)]
    ends = [*(join.span[0] for join in found), len(text)]
    pieces = []
    for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
        piece = _after(text, found[at - 1], end) if at else text[start:end]
        if at < len(found) and found[at].shared:
            piece = f"{piece.strip()} {text[found[at].shared : ends[at + 1]].strip()}"
        pieces.append(piece)
    mark = "?" if text.rstrip().endswith("?") else "."
    return [_sentence(piece, mark) for piece in pieces]


def _after(text: str, join: Join, end: int) -> str:
    """The claim after a join, with what it has in common with the one before."""
    own = join.as_verb + text[join.verb[1] : end] if join.as_verb else text[join.second : end]
    return f"{text[slice(*join.prefix)].strip()} {own}"


def _sentence(piece: str, mark: str) -> str:
    bare = piece.strip().rstrip(" ,;:.?!")
    return bare[:1].upper() + bare[1:] + mark


def _is_further_claim(sentence: Sentence) -> bool:
    """Whether a further sentence makes a claim of its own and does not explain the first."""
    first = sentence.low(0)
    if first in _SECONDLY or (first in ("it", "they") and sentence.low(1) in _SECONDLY):
        return True
    return sentence.verbs[:1] == [0] and is_act(first)


def _levels_cover(criterion: CriterionSpec) -> bool:
    """Anchored levels between none and all say what half of the claim is worth."""
    levels = criterion.scale.levels
    return len(levels) > 2 and not any(is_empty(level.anchor) for level in levels)


def _quoted(texts: list[str]) -> str:
    return _(" and ").join(f"“{text}”" for text in texts)


def _spans(found: list[Join]) -> tuple[Span, ...]:
    return tuple(join.span for join in found)


def _remark(severity: Severity, mend: str, spans: tuple[Span, ...], text: str) -> Remark:
    return Remark(Rule.DOUBLE_BARRELLED, severity, _(_WHY), mend, spans=spans, about=(text,))
