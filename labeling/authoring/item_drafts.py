"""A rubric for one item, begun by hand; thousands at once come from files (`item_rubrics`)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from labeling.authoring.versions import draft_of
from labeling.models import Item, Project, Rubric, User

TITLE = 200


@transaction.atomic
def begin_item_rubric(item: Item, *, by: User) -> Rubric:
    """The rubric of this item alone with an empty first draft; begun before, it is that one."""
    Project.objects.select_for_update().get(pk=item.project_id)
    rubric = Rubric.objects.filter(item=item).first()
    if rubric is None:
        title = (_("Rubric of %(item)s") % {"item": item.external_id})[:TITLE]
        rubric = Rubric.objects.create(
            project_id=item.project_id, slug=_free(item), title=title, item=item
        )
    if not rubric.versions.exists():
        draft_of(rubric, by=by)
    return rubric


def _free(item: Item) -> str:
    """The usual address, as files have it; a title may have taken it."""
    slug = f"item-{item.pk}"
    taken = Rubric.objects.filter(project=item.project_id, slug=slug).exists()
    return f"of-{slug}" if taken else slug
