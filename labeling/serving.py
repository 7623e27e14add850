"""How a batch is served: what comes first, who may rate what, and how much one expert may rate.

A queue is split into lanes by priority and by the expertise its responses need, so that nobody
walks over what is for others (migrations/sql/lanes.sql). Lanes are settled when a batch is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext, ngettext

from labeling.errors import Problem, Problems
from labeling.models import Assignment, Batch, Criterion, Membership, Response, Role, User
from labeling.spec.fields import text_fault

MAX_LANES = 50
MAX_PRIORITY = 1_000
MAX_QUOTA = 1_000_000
MAX_EXPERTISE = 50
MAX_WORD = 100
# As labeling_quota_reached counts them.
COUNTED = (Assignment.Purpose.FIXED, Assignment.Purpose.ADAPTIVE, Assignment.Purpose.LATE)

type Lane = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Serving:
    """Settled when the batch is opened.

    By `priority` in the metadata of a response, else of its item: higher ones first. By expertise:
    what the rubric's criteria need of all, and `expertise` in the metadata of items of some.
    """

    by_priority: bool = False
    by_expertise: bool = False
    quota: int | None = None

    def fields(self) -> dict[str, Any]:
        return asdict(self)

    def problems(self) -> list[Problem]:
        """What cannot be served so."""
        if self.quota is None or 1 <= self.quota <= MAX_QUOTA:
            return []
        text = gettext("is %(quota)s, it must lie between 1 and %(max_quota)s") % {
            "quota": self.quota,
            "max_quota": f"{MAX_QUOTA:,}",
        }
        return [Problem("quota", text)]


AS_IT_COMES = Serving()


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lanes of a queue in the order in which they are served, and what waits in which.

    `ranks` and `numbers` are by the external id of responses; without lanes both are empty.
    """

    lanes: tuple[Lane, ...]
    ranks: Mapping[str, int]
    numbers: Mapping[str, int]

    def stored(self) -> list[dict[str, Any]]:
        """As the batch keeps them; no lane where one takes everything from everybody."""
        if self.lanes in ((), ((0, ()),)):
            return []
        return [{"priority": rank, "needs": list(needs)} for rank, needs in self.lanes]


def words(said: Iterable[object]) -> tuple[str, ...]:
    """Kinds of expertise as they are compared: in lower case, each once, sorted."""
    found = {" ".join(str(one).split()).casefold() for one in said}
    return tuple(sorted(found - {""}))


def expertise_problem(said: tuple[str, ...]) -> str | None:
    """Why these kinds of expertise cannot be kept, None when they can."""
    if len(said) > MAX_EXPERTISE:
        return gettext("has %(said)s kinds of expertise, at most %(max_expertise)s are kept") % {
            "said": len(said),
            "max_expertise": MAX_EXPERTISE,
        }
    return next(filter(None, (text_fault(one, MAX_WORD) for one in said)), None)


def lanes_of(serving: Serving, chosen: QuerySet[Response], criteria: QuerySet[Criterion]) -> Lanes:
    """The lanes of a queue over these responses. Raises Problems naming what cannot be read."""
    if not (serving.by_priority or serving.by_expertise):
        return Lanes((), {}, {})
    needed = [one for told in criteria.values_list("expertise", flat=True) for one in told]
    rows = chosen.order_by().values_list(
        "external_id",
        KeyTransform("priority", "metadata"),
        KeyTransform("priority", "item__metadata"),
        KeyTransform("expertise", "item__metadata"),
    )
    found: dict[str, Lane] = {}
    problems: list[Problem] = []
    for external_id, own, of_item, needs in rows.iterator():
        try:
            rank = _rank(own if own is not None else of_item) if serving.by_priority else 0
            wanted = words([*needed, *_needs(needs)]) if serving.by_expertise else ()
            found[external_id] = (rank, wanted)
        except ValueError as error:
            problems.append(Problem(str(error.args[0]), f"“{external_id}”: {error.args[1]}"))
        if len(problems) == 10:
            break
    if problems:
        raise Problems(problems)
    return _numbered(found, serving)


def _numbered(found: dict[str, Lane], serving: Serving) -> Lanes:
    # Within a priority what few may rate comes first, while those few are not busy elsewhere.
    ordered = sorted(set(found.values()), key=lambda one: (-one[0], -len(one[1]), one[1]))
    if len(ordered) > MAX_LANES:
        field = "by_priority" if serving.by_priority else "by_expertise"
        text = gettext("makes %(n)s lanes of responses, at most %(max_lanes)s can be served") % {
            "n": len(ordered),
            "max_lanes": MAX_LANES,
        }
        raise Problems([Problem(field, text)])
    number = {lane: at for at, lane in enumerate(ordered)}
    ranks = {external_id: lane[0] for external_id, lane in found.items()}
    return Lanes(tuple(ordered), ranks, {key: number[lane] for key, lane in found.items()})


def _rank(said: object) -> int:
    if said is None:
        return 0
    if isinstance(said, int) and not isinstance(said, bool) and abs(said) <= MAX_PRIORITY:
        return said
    limit = f"-{MAX_PRIORITY} to {MAX_PRIORITY}"
    raise ValueError(
        "by_priority",
        gettext("its priority must be a whole number from %(limit)s") % {"limit": limit},
    )


def _needs(said: object) -> list[str]:
    if said is None:
        return []
    listed = [said] if isinstance(said, str) else said
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError("by_expertise", gettext("its expertise must be a text or a list of texts"))
    if fault := expertise_problem(words(listed)):
        raise ValueError("by_expertise", gettext("its expertise %(fault)s") % {"fault": fault})
    return listed


def shortage(batch: Batch) -> str | None:
    """Which lanes have fewer experts than places at a response, in words; None when none has."""
    experts = Membership.objects.filter(
        project=batch.project_id, role=Role.EXPERT, user__is_active=True
    )
    held = [set(one) for one in experts.values_list("expertise", flat=True)]
    waiting = Counter(batch.queue.values_list("lane", flat=True))
    thin = [
        (lane["needs"], waiting[at], able)
        for at, lane in enumerate(batch.lanes)
        if lane["needs"]
        and (able := sum(set(lane["needs"]) <= has for has in held)) < batch.overlap
    ]
    if not thin:
        return None
    needs, count, able = thin[0]
    text = ngettext(
        "%(count)s response needs experts in %(needs)s: here are %(able)s, and each response asks"
        " for %(overlap)s.",
        "%(count)s responses need experts in %(needs)s: here are %(able)s, and each response asks"
        " for %(overlap)s.",
        count,
    ) % {"count": count, "needs": ", ".join(needs), "able": able, "overlap": batch.overlap}
    if len(thin) < 2:
        return text
    return f"{text} {gettext('%(n)s more such groups.') % {'n': len(thin) - 1}}"


def in_words(batch: Batch) -> list[str]:
    """How the batch is served, one short sentence each; nothing where it is as it comes."""
    said = []
    if batch.by_priority:
        ranks = len({lane["priority"] for lane in batch.lanes}) or 1
        said.append(gettext("Served by priority, %(ranks)s of them.") % {"ranks": ranks})
    if batch.by_expertise:
        kinds = words(one for lane in batch.lanes for one in lane["needs"])
        said.append(
            gettext("For experts in %(choices)s.") % {"choices": ", ".join(kinds)}
            if kinds
            else gettext("No expertise is needed.")
        )
    if batch.quota:
        said.append(
            gettext("At most %(quota)s ratings of one expert.") % {"quota": f"{batch.quota:,}"}
        )
    return said


def withheld_from(batch: Batch, rater: User) -> str:
    """Why an expert is given nothing although something may be left; empty when that is not so."""
    rated = Assignment.objects.filter(
        batch=batch, rater=rater, state="submitted", round=1, purpose__in=COUNTED
    )
    if batch.quota and rated.count() >= batch.quota:
        return gettext("You have rated as many responses as one expert may here: %(quota)s.") % {
            "quota": f"{batch.quota:,}"
        }
    needs = [set(lane["needs"]) for lane in batch.lanes]
    if batch.by_expertise and needs:
        mine = Membership.objects.filter(project=batch.project_id, user=rater, role=Role.EXPERT)
        held = {one for told in mine.values_list("expertise", flat=True) for one in told}
        if not any(wanted <= held for wanted in needs):
            return gettext("The responses here need expertise that is not noted with you.")
    return ""
