"""What waits for somebody's decision in a project, each with the door to decide it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from evals.kept import in_words
from evals.queries import overview
from evals.queries.recent_runs import failed_runs
from labeling import adjudicating
from labeling.models import Batch, Project, User

FAILED = {
    "Import": gettext_noop("import run failed"),
    "Agreement": gettext_noop("agreement run failed"),
    "Grading": gettext_noop("grading run failed"),
    "Selection": gettext_noop("selection run failed"),
    "Release": gettext_noop("release run failed"),
}


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
        yield Decision(1, _(FAILED[one.kind]), in_words(one.error), "#runs", _("See the runs"))


def _imports(project: Project) -> Iterator[Decision]:
    for one in overview.waiting_imports(project):
        url = reverse("import", args=[project.slug, one.pk])
        why = _("Nothing is written before somebody confirms it.")
        yield Decision(1, _("import is checked"), why, url, _("Confirm"))


def _experts(project: Project, there: int) -> Iterator[Decision]:
    for batch in overview.short_batches(project, there):
        missing = batch.overlap - there
        text = ngettext(
            "more expert needed for %(batch)s", "more experts needed for %(batch)s", missing
        )
        why = _("It asks for %(overlap)s per response; the project has %(there)s.")
        why %= {"overlap": batch.overlap, "there": there}
        url = reverse("members", args=[project.slug])
        yield Decision(missing, text % {"batch": batch}, why, url, _("Add experts"))


def _disputes(project: Project, user: User) -> Iterator[Decision]:
    """Batches with responses to rule on, but for those the person rates in."""
    waiting = adjudicating.waiting_in(project)
    hidden = adjudicating.rates_in(user, project.pk)
    for batch in Batch.objects.filter(pk__in=waiting).exclude(pk__in=hidden).order_by("pk"):
        if count := waiting[batch.pk]:
            text = ngettext(
                "disagreement to rule on in %(batch)s",
                "disagreements to rule on in %(batch)s",
                count,
            )
            why = _("Experts differ on these responses, and no ruling says which answer holds.")
            url = f"{reverse('adjudication', args=[project.slug])}?batch={batch.pk}"
            yield Decision(count, text % {"batch": batch}, why, url, _("Rule"))


def _flags(project: Project) -> Iterator[Decision]:
    for rubric, count in overview.flagged_rubrics(project):
        text = ngettext("open flag on %(rubric)s", "open flags on %(rubric)s", count)
        why = _("Experts found a problem with the rubric or an item.")
        url = reverse("flags", args=[project.slug, rubric.slug])
        yield Decision(count, text % {"rubric": rubric}, why, url, _("Decide"))


def _drafts(project: Project) -> Iterator[Decision]:
    for version in overview.drafts(project):
        url = reverse("rubric", args=[project.slug, version.rubric.slug])
        text = _("draft of %(rubric)s") % {"rubric": version.rubric}
        why = _("Version %(number)s is not published.") % {"number": version.number}
        yield Decision(1, text, why, url, _("Review it"))


def _stale(project: Project) -> Iterator[Decision]:
    for batch in overview.stale_batches(project):
        url = f"{reverse('agreement', args=[project.slug])}?batch={batch.pk}"
        why = _("Workers measure it by themselves; while it stands here, it is not done yet.")
        text = _("batch with newer ratings: %(batch)s") % {"batch": batch}
        yield Decision(1, text, why, url, _("See it"))
