"""The flags of a rubric as its authors go through them: filtered, by criterion, newest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from labeling.authoring.standing import latest_published, open_draft
from labeling.models import Criterion, Flag, FlagAnswer, FlagState, Rubric, User
from labeling.triage.deciding import merged_into
from labeling.triage.sight import Sight, shows_text, sights

NONE = "none"
LAST = 1_000_000


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which flags are asked for; empty is all. `criterion` is a key, or `none`."""

    state: str = ""
    kind: str = ""
    criterion: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One thing an author did about a flag; `text` is None while its reader must not know."""

    answer: FlagAnswer
    text: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One flag as its reader may see it, with those that say the same and what was done."""

    flag: Flag
    sight: Sight
    members: tuple[Shown, ...] = ()
    answers: tuple[Said, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """What was said; empty while its reader must not know."""
        return self.flag.text if shows_text(self.flag, self.sight) else ""

    @property
    def key(self) -> str:
        """The flagged criterion's key, empty where none in particular was flagged."""
        return self.flag.criterion.key if self.flag.criterion else ""

    @property
    def state_text(self) -> str:
        """Where it stands, in words."""
        said = self.placing
        if self.flag.state == FlagState.SETTLED and said and said.version:
            return _("Settled by version %(number)s") % {"number": said.version.number}
        if self.flag.state == FlagState.TAKEN and said:
            return _("In the draft of version %(number)s") % {"number": said.number}
        return str(FlagState(self.flag.state).label)

    @property
    def placing(self) -> FlagAnswer | None:
        """The answer behind its state."""
        answers = (one.answer for one in self.answers)
        return next((one for one in answers if one.pk == self.flag.placing), None)


def flags_of(rubric: Rubric, narrowed: Narrowed) -> QuerySet[Flag]:
    """The flags asked for: by the order of the criteria, the newest first."""
    found = Flag.objects.of_rubric(rubric).with_state()
    if narrowed.state:
        found = found.filter(state=narrowed.state)
    else:
        found = found.exclude(state=FlagState.MERGED)
    if narrowed.kind:
        found = found.filter(kind=narrowed.kind)
    if narrowed.criterion == NONE:
        found = found.filter(criterion=None)
    elif narrowed.criterion:
        found = found.filter(criterion__key=narrowed.criterion)
    if narrowed.version is not None:
        found = found.filter(rubric_version__number=narrowed.version)
    found = found.annotate(place=_place(rubric)).order_by("place", "criterion__key", "-pk")
    return found.select_related("criterion", "rubric_version", "response__item", "by", "batch")


def shown(flags: Sequence[Flag], user: User) -> list[Shown]:
    """The flags with all that belongs to them, in a constant number of queries."""
    others: dict[int | None, list[Flag]] = defaultdict(list)
    members = list(merged_into(flags).select_related("criterion", "response__item", "by", "batch"))
    for one in members:
        others[one.head].append(one)
    answers: dict[int, list[FlagAnswer]] = defaultdict(list)
    for said in FlagAnswer.objects.filter(flag__in=flags).select_related("by", "version", "into"):
        answers[said.flag_id].append(said)
    seen = sights([*flags, *members], user)
    return [
        Shown(
            one,
            seen[one.pk],
            tuple(Shown(other, seen[other.pk]) for other in others[one.pk]),
            _said(answers[one.pk], [one, *others[one.pk]], seen),
        )
        for one in flags
    ]


def _said(
    answers: Sequence[FlagAnswer], flags: Sequence[Flag], seen: dict[int, Sight]
) -> tuple[Said, ...]:
    """What was done, oldest first; its words tell of what is hidden of any flag they answer."""
    tells = all(shows_text(one, seen[one.pk]) for one in flags)
    ordered = sorted(answers, key=lambda one: one.pk)
    return tuple(Said(one, one.text if tells else None) for one in ordered)


def counts(rubric: Rubric) -> Counter[str]:
    """How many flags stand where."""
    rows = Flag.objects.of_rubric(rubric).with_state().values("state").order_by("state")
    return Counter({row["state"]: row["n"] for row in rows.annotate(n=Count("pk"))})


def flagged_criteria(rubric: Rubric) -> list[tuple[str, str, int]]:
    """Key, name and number of open flags of each criterion that was ever flagged."""
    flags = Flag.objects.of_rubric(rubric).with_state().exclude(criterion=None)
    rows = flags.values("criterion__key", "state").annotate(n=Count("pk")).order_by("pk")
    opened: Counter[str] = Counter()
    for row in rows.order_by("criterion__key"):
        opened[row["criterion__key"]] += row["n"] if row["state"] == FlagState.OPEN else 0
    criteria = Criterion.objects.filter(
        version__rubric=rubric, key__in=opened, version__status__in=["published", "retired"]
    )
    names = dict(criteria.order_by("version__number").values_list("key", "name"))
    return [(key, names.get(key, key), opened[key]) for key in sorted(opened)]


def _place(rubric: Rubric) -> Coalesce:
    """Where the flagged criterion stands in the draft or else in the version in force."""
    version = open_draft(rubric) or latest_published(rubric)
    here = Criterion.objects.filter(version=version, key=OuterRef("criterion__key"))
    return Coalesce(Subquery(here.values("position")[:1]), Value(LAST), output_field=IntegerField())
