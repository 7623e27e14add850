"""The rules that look at one criterion, kept by its text so that typing asks only about changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from labeling import language
from labeling.language import gettext as _
from labeling.language import gettext_noop
from labeling.lint import amounts, double, levels, observable, payment, unseen, vague
from labeling.lint.findings import Remark, Rule, Severity, Span
from labeling.lint.pins import is_pinned
from labeling.lint.reading import Sentence, sentences
from labeling.lint.tokens import word_count
from labeling.spec.rubric import CriterionSpec

MOST_WORDS = 40
# Further down nobody reads closely either, and the longest text there may be would take seconds.
_READ_CHARACTERS = 1500
_KEPT = 8192
_A_CHECK: dict[str, object] = {}


def criterion_remarks(criterion: CriterionSpec) -> tuple[Remark, ...]:
    """What is to be said of one criterion by itself."""
    # What the rules look at, so that no change of anything else is worked out again. Of a check
    # only its being there matters, and a dict would not let itself be remembered.
    bare = CriterionSpec(
        key="",
        name="",
        criterion=criterion.criterion,
        scale=criterion.scale,
        guidance=criterion.guidance,
        points=criterion.points,
        gate=criterion.gate,
        pass_at=criterion.pass_at,
    )
    return _remembered(bare, criterion.check is not None, language.current())


@lru_cache(maxsize=_KEPT)
def _remembered(bare: CriterionSpec, has_check: bool, spoken: str | None) -> tuple[Remark, ...]:
    """The remarks as `spoken` says them: each language keeps its own."""
    return tuple(_remarks(replace(bare, check=_A_CHECK) if has_check else bare))


def _remarks(criterion: CriterionSpec) -> Iterator[Remark]:
    read = sentences(criterion.criterion[:_READ_CHARACTERS])
    if read:
        yield from payment.remarks(criterion, read)
        yield from double.remarks(criterion, read)
        yield from _unseen(criterion, read)
        if not is_pinned(criterion):
            yield from _indefinite(criterion.criterion, read)
            yield from _amounts(criterion.criterion, read)
        yield from _length(criterion.criterion)
    yield from levels.remarks(criterion)


def _indefinite(text: str, read: list[Sentence]) -> Iterator[Remark]:
    """Vague words and nothing to point at, where nothing beside the text makes them definite."""
    hidden, only = observable.unobservable(text[:_READ_CHARACTERS], read)
    words = _quoted(text, hidden)
    if only:
        why = _(
            "There is nothing here but a judgement, %(words)s, and every expert has another one."
        ) % {"words": words}
        yield _remark(Rule.NO_OBSERVABLE, Severity.ERROR, text, hidden, why, _(_POINT_AT))
        return
    if hidden:
        why = _("%(words)s leaves no trace that one could point at in a response.") % {
            "words": words
        }
        yield _remark(Rule.NO_OBSERVABLE, Severity.WARNING, text, hidden, why, _(_POINT_AT))
    if spans := list(vague.vague_places(read)):
        words = _quoted(text, spans)
        why = _("The judgement hangs on %(words)s, and every expert reads that in another way.") % {
            "words": words
        }
        mend = _(
            "Say in place of %(words)s what has to stand in the response, or how much of "
            "it; or say in the guidance or the anchors where the line is."
        ) % {"words": words}
        yield _remark(Rule.VAGUE, Severity.WARNING, text, spans, why, mend)


_POINT_AT = gettext_noop(
    "Name what an expert would mark with a pen: a sentence, a number, a source, a "
    "call. Or say it in the guidance or the anchors."
)


def _unseen(criterion: CriterionSpec, read: list[Sentence]) -> Iterator[Remark]:
    text, has_guidance = criterion.criterion, bool(criterion.guidance.strip())
    if criterion.check is not None:
        return
    if spans := unseen.unseen_places(text[:_READ_CHARACTERS], read, has_guidance=has_guidance):
        why = _("%(text)s points to something that no expert sees beside a response.") % {
            "text": _quoted(text, spans)
        }
        mend = _(
            "Write down what it says there, or put it into the item as its reference and name that."
        )
        yield _remark(Rule.UNSEEN, Severity.WARNING, text, spans, why, mend)


def _amounts(text: str, read: list[Sentence]) -> Iterator[Remark]:
    if spans := amounts.loose_numbers(text[:_READ_CHARACTERS], read):
        words = _quoted(text, spans)
        why = _("Nothing says how far from %(words)s still passes.") % {"words": words}
        mend = _(
            "Give the range that passes, “between … and …”, or “exactly”, or the unit, at "
            "%(words)s."
        ) % {"words": words}
        yield _remark(Rule.NUMBER, Severity.WARNING, text, spans, why, mend)
    if spans := amounts.example_lists(read):
        words = _quoted(text, spans)
        why = _(
            "%(words)s gives examples, not a test: whether something else counts is left open."
        ) % {"words": words}
        mend = _(
            "Say how many of which things are needed, and move the examples into the guidance."
        )
        yield _remark(Rule.EXAMPLE_LIST, Severity.WARNING, text, spans, why, mend)


def _length(text: str) -> Iterator[Remark]:
    count = word_count(text)
    if count > MOST_WORDS:
        why = _(
            "It has %(count)s words; beyond %(most_words)s experts skim, and judge different parts."
        ) % {"count": count, "most_words": MOST_WORDS}
        mend = _(
            "Keep the claim, move explanations into the guidance, and split what is more than one."
        )
        yield _remark(Rule.TOO_LONG, Severity.WARNING, text, [(0, len(text))], why, mend)


def _quoted(text: str, spans: Sequence[Span]) -> str:
    """The marked words as a sentence quotes them."""
    return ", ".join(dict.fromkeys(f"“{text[start:end]}”" for start, end in spans))


def _remark(
    rule: Rule, severity: Severity, text: str, spans: Sequence[Span], why: str, mend: str
) -> Remark:
    return Remark(rule, severity, why, mend, spans=tuple(spans), about=(text,))
