"""Which batches are to be compared again, and when they are quiet enough for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from evals.models import AgreementRun, RaterRun
from labeling.models import Adjudication, Assignment, Batch, GoldAnswer, RunState

# A larger batch takes minutes and much memory: its raters are compared when somebody asks.
SCORES_MAX = 2_000_000
# A batch that changes every second is left alone until it is quiet, but not for ever.
QUIET = timedelta(minutes=1)
PATIENCE = timedelta(minutes=15)


def due(now: datetime) -> QuerySet[Any]:
    """Batches whose last comparison is of fewer ratings, of another version or before a ruling.

    `measured` is the measuring to compare by. Many changes make one comparison, once it is quiet.
    """
    changed = (
        Q(through__gt=F("compared_through"))
        | ~Q(version=F("compared_version"))
        | Exists(_rulings().filter(pk__gt=OuterRef("ruled_through")))
        | Exists(_known().filter(pk__gt=OuterRef("known_through")))
    )
    at_work = RaterRun.objects.filter(
        batch=OuterRef("pk"), state__in=[RunState.PENDING, RunState.RUNNING]
    )
    return (
        _beside_their_comparisons()
        .filter(changed, scores__gt=0, scores__lte=SCORES_MAX)
        .filter(_is_quiet(now) | Q(compared_at__lt=now - PATIENCE))
        .exclude(Exists(at_work))
    )


def _beside_their_comparisons() -> QuerySet[Any]:
    measured = AgreementRun.objects.finished().filter(batch=OuterRef("pk"))
    newest = measured.order_by("-watermark", "-pk")
    last = RaterRun.objects.filter(batch=OuterRef("pk")).order_by("-pk")
    ruled, known = (
        Cast(KeyTextTransform(name, "document"), BigIntegerField())
        for name in ("rulings_through", "known_through")
    )
    return Batch.objects.annotate(
        measured=Subquery(newest.values("pk")[:1]),
        through=Subquery(newest.values("watermark")[:1]),
        version=Subquery(newest.values("rubric_version")[:1]),
        scores=Subquery(newest.values("ratings_through")[:1]),
        measured_at=Subquery(newest.values("finished_at")[:1]),
        compared_through=Coalesce(Subquery(last.values("watermark")[:1]), -1),
        compared_version=Subquery(last.values("rubric_version")[:1]),
        compared_at=Coalesce(Subquery(last.values("created_at")[:1]), F("created_at")),
        ruled_through=Coalesce(Subquery(last.annotate(ruled=ruled).values("ruled")[:1]), 0),
        known_through=Coalesce(Subquery(last.annotate(known=known).values("known")[:1]), 0),
    )


def _rulings() -> QuerySet[Adjudication]:
    """Rulings on units of the outer batch, wherever in the project they were made."""
    here = Assignment.objects.filter(batch=OuterRef(OuterRef("pk")), response=OuterRef("response"))
    return Adjudication.objects.filter(Exists(here), project=OuterRef("project"))


def _known() -> QuerySet[GoldAnswer]:
    """Known answers that checks of the outer batch were answered beside."""
    checks = Assignment.objects.filter(
        batch=OuterRef(OuterRef("pk")),
        response=OuterRef("response"),
        purpose=Assignment.Purpose.GOLD,
    )
    return GoldAnswer.objects.filter(Exists(checks), project=OuterRef("project"))


def _is_quiet(now: datetime) -> Q:
    """Nothing happened for a while; or the batch was closed, and what came before is measured."""
    ruled_just_now = Exists(_rulings().filter(created_at__gte=now - QUIET))
    unfinished = AgreementRun.objects.unfinished().filter(batch=OuterRef("pk"))
    is_over = Q(closed_at__gt=F("compared_at"), stale_since=None) & ~Exists(unfinished)
    return (Q(measured_at__lt=now - QUIET) & ~ruled_just_now) | is_over
