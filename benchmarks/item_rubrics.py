"""Rubrics of single items at size: 50,000 criteria over 5,000 items, listed, searched, shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.pages import _analyze, _client, _timed

if TYPE_CHECKING:
    from labeling.models import Item, Project

ITEMS, CRITERIA = 5_000, 10
TEXT = "The answer names the paragraph of the policy that decides the case, and the date it holds"


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """The median of 50 requests for each page, and how the list finds its stretch."""
    project, items = _project(ITEMS * scale)
    client = _client(project)
    base = f"/p/{project.slug}/item-rubrics/"
    middle = items[len(items) // 2]
    pages = {
        "list": base,
        "list, in the middle": f"{base}?after={middle.pk}",
        "list, an item": f"{base}?q={middle.external_id}",
        "list, words of one criterion": f"{base}?q=({len(items) // 2}, 3)",
        "list, words of all criteria": f"{base}?q=paragraph",
        "list, words of none": f"{base}?q=kangaroo",
        "item": f"/p/{project.slug}/items/{middle.pk}/",
    }
    for what, address in pages.items():
        yield {"what": what, "n": len(items) * CRITERIA, **_timed(client, address)}
    yield {"what": "plan of the list", "index": _index(project)}


def _project(count: int) -> tuple[Project, list[Item]]:
    from labeling import authoring
    from labeling.models import Item, Project
    from labeling.spec import parse_rubric

    project = Project.objects.create(slug=f"bench-{uuid4().hex}", title="Own rubrics")
    items = Item.objects.bulk_create(
        Item(
            project=project,
            external_id=f"item-{number:06}",
            group_key=f"item-{number:06}",
            messages=[{"role": "user", "content": f"May I send order {number} back?"}],
            content_hash=f"{number:064}",
        )
        for number in range(count)
    )
    said = {
        item.pk: parse_rubric({"title": f"Of {item.external_id}", "criteria": _criteria(number)})
        for number, item in enumerate(items)
    }
    authoring.publish_for_items(project, said, by=None)
    _analyze()
    return project, items


def _criteria(number: int) -> list[dict[str, object]]:
    return [
        {"key": f"c{at}", "criterion": f"{TEXT} ({number}, {at}).", "points": at + 1}
        for at in range(CRITERIA)
    ]


def _index(project: Project) -> str:
    """The index that the planner walks for one stretch."""
    from labeling.models import Rubric

    found = Rubric.objects.filter(project=project, item__isnull=False, item__gt=0)
    plan = found.order_by("item")[:51].explain()
    return plan.partition("using ")[2].partition(" on ")[0]
