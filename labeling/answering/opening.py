"""Opening a batch of items to be answered, and having the answers rated."""

from __future__ import annotations

import logging
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from labeling import assigning
from labeling.errors import Conflict, DomainError, Problem, Problems
from labeling.models import AnswerPlace, Batch, Item, Project, Response, RubricVersion, User
from labeling.overlap import plan_order
from labeling.spec.fields import text_fault

log = logging.getLogger(__name__)

# Writing takes longer than rating.
LEASE_MINUTES = 240
RATERS_MIN = 2
SHOWN_MISSING = 5


def named_items(project: Project, names: Collection[str]) -> QuerySet[Item]:
    """The items of these ids. Raises Problems on names that are none."""
    found = Item.objects.filter(project=project, external_id__in=names)
    if missing := sorted(set(names) - set(found.values_list("external_id", flat=True))):
        shown = ", ".join(f"“{one[:60]}”" for one in missing[:SHOWN_MISSING])
        more = len(missing) - SHOWN_MISSING
        rest = " " + gettext("and %(n)s more") % {"n": more} if more > 0 else ""
        text = gettext("there is no item %(shown)s%(rest)s in this project")
        raise Problems([Problem("items", text % {"shown": shown, "rest": rest})])
    return found


@transaction.atomic
def open_task(
    project: Project,
    version: RubricVersion,
    name: str,
    *,
    items: QuerySet[Item],
    seed: int = 0,
    by: User,
) -> Batch:
    """Put items before the project's experts, each to be answered by one of them."""
    fault = gettext("is missing") if not name.strip() else text_fault(name, 200)
    if fault:
        raise Problems([Problem("name", fault)])
    if version.project_id != project.pk or version.status != RubricVersion.Status.PUBLISHED:
        raise DomainError(
            gettext("Experts answer to a published version of a rubric of this project.")
        )
    assigning.expect_for_any_item(version)
    ids = dict(items.filter(project=project).order_by().values_list("external_id", "pk"))
    if not ids:
        raise Problems([Problem("items", gettext("name at least one item of this project"))])
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                project=project,
                rubric_version=version,
                name=name,
                kind=Batch.Kind.ANSWER,
                overlap=1,
                seed=seed,
                lease_minutes=LEASE_MINUTES,
                created_by=by,
            )
    except IntegrityError:
        raise Conflict(
            gettext("The project has a batch named “%(name)s” already.") % {"name": name}
        ) from None
    AnswerPlace.objects.bulk_create(
        AnswerPlace(project=project, batch=batch, item_id=ids[external_id], key=key)
        for external_id, key in plan_order(list(ids), seed=seed)
    )
    log.info("answer task %s opened with %s items by %s", batch.pk, len(ids), by.pk)
    return batch


def put_before_experts(task: Batch, name: str, *, overlap: int, by: User, seed: int = 0) -> Batch:
    """A batch of the answers written so far among the other responses to their items, blind.

    Each is rated by at least two; the writer of an answer is never handed it.
    """
    if overlap < RATERS_MIN:
        text = gettext(
            "is %(overlap)s; an answer is rated by at least %(raters_min)s other experts"
        ) % {"overlap": overlap, "raters_min": RATERS_MIN}
        raise Problems([Problem("overlap", text)])
    written = AnswerPlace.objects.filter(batch=task, state=AnswerPlace.State.WRITTEN)
    if not written.exists():
        raise Conflict(gettext("No answer has been written yet, so there is nothing to rate."))
    return assigning.open_batch(
        task.project,
        task.rubric_version,
        name,
        responses=Response.objects.filter(item__in=written.values("item")),
        overlap=overlap,
        seed=seed,
        by=by,
    )
