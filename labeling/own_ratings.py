"""An expert's own history: what they were given, what became of it, and how to correct it.

Nothing of anybody else's is read, and no answer is shown in the list: a seat's own page knows which
of them stay hidden while one is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce

from labeling.models import Assignment, Batch, Project, Rating, RatingDraft, User
from labeling.rating.seats import known_since

PAGE = 25
# On the desk itself.
FEW = 10
# Characters of what was asked, to know a response again by.
EXCERPT = 200


class Fate(StrEnum):
    """What became of a response that one was given."""

    SUBMITTED = "submitted"
    LATE = "late"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"
    UNSENT = "unsent"


@dataclass(frozen=True, slots=True)
class OwnRating:
    """One response one was given: `at` is when it was submitted, else when it was handed out.

    `correctable`: the rating stands and may be corrected. `open`: it is in work just now.
    """

    seat: Assignment
    rating: Rating | None
    fate: Fate
    asked: str
    at: datetime
    correctable: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines, the newest first; `older` and `newer` lead to the neighbours."""

    rows: list[OwnRating]
    older: int | None
    newer: int | None


class JsonPath(TextField):
    """The type of a path into a JSON document."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "jsonpath"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "jsonpath"


class FirstAsked(Func):
    """The first thing the user of a conversation said, cut short in the database."""

    output_field = TextField()

    template = "left(jsonb_path_query_first(%(expressions)s) #>> '{}', %(length)s)"

    def __init__(self, messages: F, path: str) -> None:
        asked = f'$[*] ? (@.role == "user").content{path}'
        super().__init__(messages, Cast(Value(asked), JsonPath()), length=EXCERPT)


def own_ratings(
    user: User,
    *,
    batch: Batch | None = None,
    fate: Fate | None = None,
    before: int | None = None,
    after: int | None = None,
) -> Stretch:
    """One stretch of the person's history, in one batch or all; four queries.

    `before` and `after` are ids of seats: the stretch of older ones, and of newer ones.
    """
    found = _given_to(user)
    if batch is not None:
        found = found.filter(batch=batch)
    if fate is not None:
        found = found.filter(_conditions()[fate])
    seats, further = _cut(found, before, after)
    to_newer = after is not None
    more_newer = further if to_newer else before is not None and bool(seats)
    more_older = bool(seats) if to_newer else further
    return Stretch(
        rows=_lines(seats),
        older=seats[-1].pk if seats and more_older else None,
        newer=seats[0].pk if seats and more_newer else None,
    )


def given_back(user: User) -> list[Any]:
    """Seats at which one had begun when one's time ended, with what was `asked`; the newest few."""
    ended = _given_to(user).filter(_conditions()[Fate.UNSENT], state=Assignment.State.EXPIRED)
    return _cut(ended, None, None)[0][:FEW]


def first_asked(*messages: str) -> Coalesce:
    """What the user said first in the first conversation at these paths where one speaks."""
    as_text, in_parts = ' ? (@.type() == "string")', "[*].text"
    kinds = [FirstAsked(F(path), kind) for path in messages for kind in (as_text, in_parts)]
    return Coalesce(*kinds)


def batches_of(user: User) -> QuerySet[Batch]:
    """Batches of which the person was given anything, in projects they belong to."""
    given = Assignment.objects.rated_by(user).values("batch").distinct()
    visible = Project.objects.visible_to(user)
    return Batch.objects.filter(pk__in=given, project__in=visible).order_by("project__title", "pk")


def _given_to(user: User) -> QuerySet[Assignment]:
    """Seats one has done something at as an expert, or has before oneself.

    While a response is asked a second time unseen, what one said of it first is not to be found.
    """
    own = Assignment.objects.rated_by(user).filter(project__in=Project.objects.visible_to(user))
    in_work = Q(state=Assignment.State.LEASED)
    repeated = Assignment.objects.filter(
        in_work, rater=user, purpose=Assignment.Purpose.REPEAT
    ).values("response")
    touched = Q(*_conditions().values(), in_work, _connector=Q.OR)
    return own.filter(touched).filter(in_work | ~Q(response__in=repeated))


def _conditions() -> dict[Fate, Q]:
    """Which seats a fate is of."""
    submitted, late = Q(state=Assignment.State.SUBMITTED), Q(purpose=Assignment.Purpose.LATE)
    undone = Q(state__in=[Assignment.State.LEASED, Assignment.State.EXPIRED])
    of_seat = {"assignment": OuterRef("pk")}
    taken_back = Exists(Rating.objects.filter(**of_seat, superseded_by=None, withdrawn=True))
    drafted = Exists(RatingDraft.objects.filter(**of_seat))
    return {
        Fate.SUBMITTED: submitted & ~late,
        Fate.LATE: submitted & late,
        Fate.SKIPPED: Q(state=Assignment.State.SKIPPED),
        Fate.WITHDRAWN: undone & Q(taken_back),
        Fate.UNSENT: undone & Q(drafted) & ~Q(taken_back),
    }


def _cut(
    found: QuerySet[Assignment], before: int | None, after: int | None
) -> tuple[list[Any], bool]:
    """The seats of one stretch with what was `asked`, and whether there are more that way."""
    shown = found.select_related("batch__project").annotate(
        # Of a recorded conversation the prompt may be no more than a system's rules.
        asked=first_asked("response__item__messages", "response__messages")
    )
    if after is not None:
        rows = list(shown.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        return rows[:PAGE][::-1], len(rows) > PAGE
    older = shown.filter(pk__lt=before) if before is not None else shown
    rows = list(older.order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def _lines(seats: Sequence[Any]) -> list[OwnRating]:
    last = Rating.objects.filter(assignment__in=seats, superseded_by=None)
    ratings = {one.assignment_id: one for one in last.select_related("rubric_version")}
    known = known_since([seat.pk for seat in seats])
    return [_line(seat, ratings.get(seat.pk), known) for seat in seats]


def _line(seat: Any, rating: Rating | None, known: Collection[int]) -> OwnRating:
    stands = rating is not None and not rating.withdrawn
    return OwnRating(
        seat=seat,
        rating=rating if stands else None,
        fate=_fate(seat, rating),
        asked=seat.asked or "",
        at=rating.submitted_at if rating else seat.created_at,
        correctable=rating is not None and stands and _correctable(seat, rating, known),
        open=seat.state == Assignment.State.LEASED,
    )


def _correctable(seat: Assignment, rating: Rating, known: Collection[int]) -> bool:
    """Not what is closed or left out, nor where one could read the known answer."""
    if seat.batch.state == Batch.State.CLOSED or rating.excluded_reason is not None:
        return False
    return seat.state == Assignment.State.SUBMITTED and seat.pk not in known


def _fate(seat: Assignment, rating: Rating | None) -> Fate:
    if seat.state == Assignment.State.SKIPPED:
        return Fate.SKIPPED
    if seat.state != Assignment.State.SUBMITTED:
        return Fate.WITHDRAWN if rating is not None and rating.withdrawn else Fate.UNSENT
    return Fate.LATE if seat.purpose == Assignment.Purpose.LATE else Fate.SUBMITTED
