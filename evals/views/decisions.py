"""What waits for somebody's decision in a project, each with the door to decide it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from evals.queries import overview
from evals.queries.recent_runs import failed_runs
from labeling import adjudicating
from labeling.models import Batch, Project, User


@dataclass(frozen=True, slots=True)
class Decision:
    """How many of what wait, why, and where one decides it."""

    count: int
    text: str
    detail: str
    url: str
    action: str


def decisions(project: Project, user: User, *, rules: bool) -> list[Decision]:
    """What stops the path first, what can wait last; disputes for those who rule on them."""
    waiting = overview.waiting(project)
    found = [
        (waiting.failed, _failed(project)),
        (waiting.imports, _imports(project)),
        (waiting.short, _experts(project, waiting.experts)),
        (waiting.disputes if rules else 0, _disputes(project, user)),
        (waiting.flags, _flags(project)),
        (waiting.drafts, _drafts(project)),
        (waiting.stale, _stale(project)),
    ]
    # What nobody waits for is a generator never begun: it asks the database nothing.
    return [decision for count, each in found if count for decision in each]


def _failed(project: Project) -> Iterator[Decision]:
    for one in failed_runs(project):
        yield Decision(1, f"{one.kind.lower()} run failed", one.error, "#runs", "See the runs")


def _imports(project: Project) -> Iterator[Decision]:
    for one in overview.waiting_imports(project):
        url = reverse("import", args=[project.slug, one.pk])
        why = "Nothing is written before somebody confirms it."
        yield Decision(1, "import is checked", why, url, "Confirm")


def _experts(project: Project, there: int) -> Iterator[Decision]:
    for batch in overview.short_batches(project, there):
        missing = batch.overlap - there
        text = f"more expert{'' if missing == 1 else 's'} needed for {batch}"
        why = f"It asks for {batch.overlap} per response; the project has {there}."
        yield Decision(missing, text, why, reverse("members", args=[project.slug]), "Add experts")


def _disputes(project: Project, user: User) -> Iterator[Decision]:
    """Batches with responses to rule on, but for those the person rates in."""
    waiting = adjudicating.waiting_in(project)
    hidden = adjudicating.rates_in(user, project.pk)
    for batch in Batch.objects.filter(pk__in=waiting).exclude(pk__in=hidden).order_by("pk"):
        if count := waiting[batch.pk]:
            text = f"disagreement{'' if count == 1 else 's'} to rule on in {batch}"
            why = "Experts differ on these responses, and no ruling says which answer holds."
            url = f"{reverse('adjudication', args=[project.slug])}?batch={batch.pk}"
            yield Decision(count, text, why, url, "Rule")


def _flags(project: Project) -> Iterator[Decision]:
    for rubric, count in overview.flagged_rubrics(project):
        text = f"open flag{'' if count == 1 else 's'} on {rubric}"
        why = "Experts found a problem with the rubric or an item."
        url = reverse("flags", args=[project.slug, rubric.slug])
        yield Decision(count, text, why, url, "Decide")


def _drafts(project: Project) -> Iterator[Decision]:
    for version in overview.drafts(project):
        url = reverse("rubric", args=[project.slug, version.rubric.slug])
        text = f"draft of {version.rubric}"
        yield Decision(1, text, f"Version {version.number} is not published.", url, "Review it")


def _stale(project: Project) -> Iterator[Decision]:
    for batch in overview.stale_batches(project):
        url = f"{reverse('agreement', args=[project.slug])}?batch={batch.pk}"
        why = "Workers measure it by themselves; while it stands here, it is not done yet."
        yield Decision(1, f"batch with newer ratings: {batch}", why, url, "See it")
