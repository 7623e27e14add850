"""Selections and releases as pages list them, for those who may see what they hold."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from evals.models import Export, SelectedItem, Selection
from evals.queries.rated_elsewhere import rated_elsewhere
from evals.queries.written import is_telling, telling
from labeling.models import Batch, Project, User

PAGE = 50


def selections_for(user: User, project: Project) -> QuerySet[Selection]:
    """In any state, the newest first; none of a batch the person rates in."""
    found = Selection.objects.filter(project=project)
    found = found.exclude(
        agreement_run__batch__in=Batch.objects.hiding(user, "peers", "grades").values("pk")
    )
    return found.select_related("agreement_run__batch", "project", "created_by").order_by("-pk")


def releases_for(user: User, project: Project) -> QuerySet[Export]:
    """Likewise, and none that tells of experts' answers the person judges or may be handed."""
    blind = Batch.objects.hiding(user, "peers", "grades").values("pk")
    found = Export.objects.filter(project=project)
    found = found.exclude(selection__agreement_run__batch__in=blind).exclude(telling(user))
    return found.select_related(
        "selection__agreement_run__batch", "selection__project", "project", "created_by"
    ).order_by("-pk")


def is_blind(user: User, batch: Batch) -> bool:
    """Whether the person rates in this open batch, so that its results stay shut to them."""
    return not Batch.objects.sight_of(user, batch).peers


def is_shut(user: User, export: Export) -> bool:
    """Likewise of a release, also where its demonstrations tell of what the person judges."""
    return is_blind(user, export.selection.agreement_run.batch) or is_telling(user, export)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A stretch of a selection's items, with the keys of its neighbours."""

    rows: list[SelectedItem]
    counts: dict[str, int]
    before: int | None
    after: int | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def decided(selection: Selection, user: User) -> QuerySet[SelectedItem]:
    """Its items but for those that the person rates in another batch, where they judge blind."""
    blind = Batch.objects.hiding(user, "peers").filter(project=selection.project_id)
    shut = rated_elsewhere(list(blind.values_list("pk", flat=True)))
    return selection.items.exclude(shut).select_related("item")


def verdicts(
    selection: Selection, user: User, *, verdict: str = "", after: int = 0, before: int = 0
) -> Verdicts:
    """The next items after a key (or before one), in the order in which items came."""
    found = decided(selection, user).defer("item__messages", "item__tools")
    if verdict:
        found = found.filter(verdict=verdict)
    if before:
        rows = list(found.filter(item_id__lt=before).order_by("-item_id")[: PAGE + 1])
        is_first, is_last = len(rows) <= PAGE, False
        rows = rows[:PAGE][::-1]
    else:
        rows = list(found.filter(item_id__gt=after).order_by("item_id")[: PAGE + 1])
        is_first, is_last = not after, len(rows) <= PAGE
        rows = rows[:PAGE]
    return Verdicts(
        rows,
        _counts(selection),
        before=rows[0].item_id if rows and not is_first else None,
        after=rows[-1].item_id if rows and not is_last else None,
    )


def _counts(selection: Selection) -> dict[str, int]:
    choices = SelectedItem.Verdict.values
    counted = selection.items.aggregate(
        **{choice: Count("pk", filter=Q(verdict=choice)) for choice in choices}
    )
    return {choice: counted[choice] for choice in choices}
