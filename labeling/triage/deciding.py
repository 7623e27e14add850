"""The acts on flags. Each adds a fact under the lock of the rubric; the same again adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labeling import authoring, practice
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import Batch, Flag, FlagAnswer, FlagState, Rubric, RubricVersion, User
from labeling.spec.fields import TITLE_LENGTH, text_fault
from labeling.spec.keys import derived_key
from labeling.triage.mapping import criterion_keys, mapped_keys

MAX_TEXT = 20_000
Act = FlagAnswer.Act
ACTS = {
    "answer": gettext_lazy("Answer"),
    "map": gettext_lazy("Map to a criterion"),
    "scope": gettext_lazy("Put out of scope"),
    "take": gettext_lazy("Take into the draft"),
    "revise": gettext_lazy("Revise the known answer"),
    "reopen": gettext_lazy("Open again"),
}


@transaction.atomic
def answer(flag: Flag, text: str, *, by: User) -> FlagAnswer:
    """Write to the expert who flagged, and to those whose flags were merged into it."""
    return _add(_locked(flag), Act.ANSWERED, by, text=_words(text))


@transaction.atomic
def map_to(flag: Flag, key: str, *, by: User, text: str = "") -> FlagAnswer:
    """Say which criterion covers the problem; it must be in the version in force or the draft."""
    flag = _locked(flag)
    if key not in criterion_keys(flag.rubric_version.rubric):
        raise Problems(
            [Problem("criterion", _("the rubric has no criterion “%(key)s”") % {"key": key[:63]})]
        )
    return _add(flag, Act.MAPPED, by, criterion_key=key, text=_words(text, required=False))


@transaction.atomic
def map_to_new(flag: Flag, name: str, *, by: User, text: str = "") -> FlagAnswer:
    """Cover the problem by a new criterion of the draft, which is to be written; take the flag."""
    flag = _locked(flag)
    key = _begun(flag.rubric_version.rubric, name, by)
    said = _add(flag, Act.MAPPED, by, criterion_key=key, text=_words(text, required=False))
    take([flag], by=by)
    return said


@transaction.atomic
def mark_out_of_scope(flag: Flag, text: str, *, by: User) -> FlagAnswer:
    """Say why the rubric will not ask for this."""
    return _add(_locked(flag), Act.OUT_OF_SCOPE, by, text=_words(text))


@transaction.atomic
def merge(flags: Sequence[Flag], *, by: User) -> Flag:
    """Flags that say the same become one: the oldest stands for all of them. Returns it.

    An appeal says the same only as another one against the same known answer.
    """
    first, *others = _all_locked(flags)
    if not others:
        raise DomainError(_("Choose at least two flags to merge."))
    if any(one.gold_id != first.gold_id for one in others):
        raise DomainError(
            _(
                "An appeal is merged only with appeals against the same known answer; decide "
                "on the others apart."
            )
        )
    # What was merged into one of them goes along, so that nobody has to follow a chain.
    along = merged_into(others)
    FlagAnswer.objects.bulk_create(
        FlagAnswer(project_id=first.project_id, flag=one, act=Act.MERGED, into=first, by=by)
        for one in (*others, *along)
    )
    return first


@transaction.atomic
def take(flags: Sequence[Flag], *, by: User) -> RubricVersion:
    """Take flags into the rubric's draft, which is made if there is none. Returns the draft."""
    chosen = _all_locked(flags)
    draft = authoring.draft_of(chosen[0].rubric_version.rubric, by=by)
    mapped = mapped_keys(chosen)
    for flag in chosen:
        key = mapped.get(flag.pk) or (flag.criterion.key if flag.criterion else "")
        _add(flag, Act.TAKEN, by, number=draft.number, criterion_key=key)
    return draft


@transaction.atomic
def revise(flag: Flag, value: str, text: str, *, by: User) -> FlagAnswer:
    """Accept an appeal: the known answer has another value, or none any more (an empty value).

    The text says why; the expert reads it, and so does whoever meets the known answer from now on.
    """
    flag = _locked(flag)
    if flag.gold is None or flag.criterion is None:
        raise DomainError(_("Only an appeal revises a known answer."))
    revised = practice.revise_known(
        flag.gold, flag.rubric_version, flag.criterion.key, value, _words(text), by=by
    )
    said = _add(flag, Act.REVISED, by, text=text.strip(), gold=revised)
    for one in (flag, *merged_into([flag]).select_related("batch", "by")):
        if one.batch.kind == Batch.Kind.PRACTICE:
            practice.settle(one.batch, one.by)
    return said


@transaction.atomic
def reopen(flag: Flag, *, by: User) -> FlagAnswer | None:
    """Undo what was done: the flag is open, on its own, in no draft. None if it was so already."""
    _lock([flag])
    found = _read([flag]).get()
    if found.state == FlagState.OPEN:
        return None
    if found.state == FlagState.SETTLED:
        raise Conflict(_("A published version has settled this flag. What is left is a new flag."))
    if found.state == FlagState.REVISED:
        raise Conflict(_("The known answer has been revised. What is left is a new appeal."))
    return _add(found, Act.REOPENED, by)


def decide(
    flag: Flag,
    act: str,
    *,
    by: User,
    text: str = "",
    criterion: str = "",
    name: str = "",
    value: str = "",
) -> None:
    """One of the acts by its name, as forms and scripts send it."""
    match act:
        case "answer":
            answer(flag, text, by=by)
        case "map" if name.strip():
            map_to_new(flag, name, text=text, by=by)
        case "map":
            map_to(flag, criterion, text=text, by=by)
        case "scope":
            mark_out_of_scope(flag, text, by=by)
        case "take":
            take([flag], by=by)
        case "revise":
            revise(flag, value, text, by=by)
        case "reopen":
            reopen(flag, by=by)
        case _:
            raise Problems(
                [Problem("act", _("one of %(acts)s is needed") % {"acts": ", ".join(ACTS)})]
            )


def merged_into(flags: Iterable[Flag]) -> QuerySet[Flag]:
    """The flags that say the same as one of these, oldest first."""
    heads = list(flags)
    rubrics = {one.rubric_version.rubric_id for one in heads}
    found = Flag.objects.filter(rubric_version__rubric__in=rubrics).with_state()
    return found.filter(state=FlagState.MERGED, head__in=[one.pk for one in heads]).order_by("pk")


def _add(flag: Flag, act: FlagAnswer.Act, by: User, **fields: object) -> FlagAnswer:
    last = FlagAnswer.objects.filter(flag=flag).order_by("-pk").first()
    made = FlagAnswer(project_id=flag.project_id, flag=flag, act=act, by=by, **fields)
    same = ("act", "text", "criterion_key", "number", "gold_id")
    if last and all(getattr(last, name) == getattr(made, name) for name in same):
        return last
    made.save(force_insert=True)
    return made


def _locked(flag: Flag) -> Flag:
    return _all_locked([flag])[0]


def _all_locked(flags: Sequence[Flag]) -> list[Flag]:
    """The flags of one rubric as they stand now, oldest first; nothing else is done to them."""
    _lock(flags)
    found = list(_read(flags).order_by("pk"))
    for one in found:
        if one.state == FlagState.MERGED:
            raise Conflict(
                _("Flag %(pk)s was merged into flag %(head)s: decide there, or take it out.")
                % {"pk": one.pk, "head": one.head}
            )
    return found


def _lock(flags: Sequence[Flag]) -> None:
    rubrics = {one.rubric_version.rubric_id for one in flags}
    if len(rubrics) != 1:
        raise DomainError(_("Choose flags of one rubric."))
    Rubric.objects.select_for_update().get(pk=rubrics.pop())


def _read(flags: Sequence[Flag]) -> QuerySet[Flag]:
    found = Flag.objects.filter(pk__in=[one.pk for one in flags]).with_state()
    return found.select_related(
        "criterion", "rubric_version__rubric__project", "gold__response", "batch", "by"
    )


def _begun(rubric: Rubric, name: str, by: User) -> str:
    """A criterion that has only a name yet, at the end of the draft; its key."""
    name = name.strip()
    fault = _("is missing: what is the new criterion called") if not name else None
    if fault := fault or text_fault(name, TITLE_LENGTH):
        raise Problems([Problem("name", fault)])
    draft = authoring.draft_of(rubric, by=by)
    taken = dict.fromkeys(draft.criteria.values_list("key", flat=True), 1)
    spec = replace(authoring.new_criterion(), name=name, key=derived_key(name, taken))
    writer = authoring.Writer(by)
    authoring.add(rubric, [spec], number=draft.number, writer=writer)
    return spec.key


def _words(text: str, *, required: bool = True) -> str:
    text = text.strip()
    fault = _("is missing: the expert reads it") if required and not text else None
    if fault := fault or text_fault(text, MAX_TEXT):
        raise Problems([Problem("text", fault)])
    return text
