"""Rubrics of single items as they are read: a project's, stretch by stretch, and one item's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet

from labeling.models import Criterion, Item, Project, Rubric, RubricVersion

PAGE = 50
SHOWN = 30

# The newest version of each rubric is looked up by itself: read all together and compared, the
# search takes five times as long.
SEARCH = """
    SELECT r.item_id, r.id FROM labeling_rubric r
    JOIN labeling_item i ON i.id = r.item_id
    JOIN LATERAL (SELECT v.id FROM labeling_rubricversion v
        WHERE v.rubric_id = r.id AND (%(drafts)s OR v.status <> 'draft')
        ORDER BY v.number DESC LIMIT 1) v ON true
    WHERE r.project_id = %(project)s AND r.item_id IS NOT NULL
        AND (i.external_id ILIKE %(pattern)s OR EXISTS (
            SELECT FROM labeling_criterion c WHERE c.version_id = v.id
                AND (c.criterion ILIKE %(pattern)s OR c.name ILIKE %(pattern)s)))
    ORDER BY r.item_id
"""


@dataclass(frozen=True, slots=True)
class OwnRubric:
    """One line of the list: the item, and the newest version of its rubric that one may see."""

    rubric: Rubric
    item: Item
    version: RubricVersion | None
    criteria: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines in the order of the items; `after` and `before` lead to the neighbours."""

    rows: list[OwnRubric]
    count: int
    criteria: int
    after: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class ItemsOwn:
    """An item's own rubric on its page: the newest version one may see, its first criteria."""

    rubric: Rubric
    version: RubricVersion | None
    draft: RubricVersion | None
    criteria: Sequence[Criterion]
    count: int


def stretch(
    project: Project, *, drafts: bool, q: str = "", after: int = 0, before: int | None = None
) -> Stretch:
    """Found by a part of the item's id or of a criterion; drafts are for those who write them."""
    said = _search(project, drafts=drafts, q=q) if q else None
    found = _visible_rubrics(project, drafts=drafts)
    if said is None:
        rows, further = _cut(found, after, before)
    else:
        pks, further = _cut_of(said, after, before)
        rows = list(Rubric.objects.filter(pk__in=pks).order_by("item"))
    forward = before is None
    first, last = (rows[0].item_id, rows[-1].item_id) if rows else (0, 0)
    return Stretch(
        rows=_lines(rows, _visible(RubricVersion.objects.all(), drafts=drafts)),
        count=found.count() if said is None else len(said),
        criteria=_criteria_count(project, drafts=drafts) if said is None else 0,
        after=last if (further if forward else bool(rows)) else None,
        before=first if (after > 0 and rows if forward else further) else None,
    )


def own_rubric(item: Item, *, drafts: bool) -> ItemsOwn | None:
    """The item's rubric with its first criteria, None where it has none that one may see."""
    rubric = Rubric.objects.filter(item=item).first()
    if rubric is None:
        return None
    versions = list(_visible(rubric.versions.all(), drafts=drafts).order_by("-number"))
    if not versions:
        return None
    version = versions[0]
    rows = Criterion.objects.filter(version=version)
    shown = list(rows.order_by("position").prefetch_related("levels")[:SHOWN])
    count = len(shown) if len(shown) < SHOWN else rows.count()
    rubric.project = item.project
    draft = version if version.status == RubricVersion.Status.DRAFT else None
    return ItemsOwn(rubric, version, draft, shown, count)


def published_rubrics(project: Project) -> QuerySet[Rubric]:
    """Those that the file of them holds, in its order: by item, with a published version."""
    return _with_one_of(project, RubricVersion.objects.published()).order_by("item")


def published_lines(rubrics: Sequence[Rubric]) -> list[OwnRubric]:
    """The rubrics with the version of each that the file holds, its latest published one."""
    return _lines(rubrics, RubricVersion.objects.published())


def _visible_rubrics(project: Project, *, drafts: bool) -> QuerySet[Rubric]:
    if drafts:
        return Rubric.objects.filter(project=project, item__isnull=False)
    return _with_one_of(project, _visible(RubricVersion.objects.all(), drafts=False))


def _with_one_of(project: Project, versions: QuerySet[RubricVersion]) -> QuerySet[Rubric]:
    of_items = Rubric.objects.filter(project=project, item__isnull=False)
    return of_items.filter(Exists(versions.filter(rubric=OuterRef("pk"))))


def _search(project: Project, *, drafts: bool, q: str) -> list[tuple[int, int]]:
    """Item and rubric of all that hold the words, in the order of the items."""
    pattern = "%" + "".join(f"\\{sign}" if sign in "\\%_" else sign for sign in q) + "%"
    params: dict[str, Any] = {"project": project.pk, "drafts": drafts, "pattern": pattern}
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, params)
        return cursor.fetchall()


def _cut_of(
    found: Sequence[tuple[int, int]], after: int, before: int | None
) -> tuple[list[int], bool]:
    """The rubrics of one stretch of what was found, and whether there are more."""
    if before is not None:
        rows = [pk for item, pk in found if item < before]
        return rows[-PAGE:], len(rows) > PAGE
    rows = [pk for item, pk in found if item > after]
    return rows[:PAGE], len(rows) > PAGE


def _cut(found: QuerySet[Rubric], after: int, before: int | None) -> tuple[list[Any], bool]:
    """The rubrics of one stretch in the order of their items, and whether there are more."""
    if before is not None:
        rows = list(found.filter(item__lt=before).order_by("-item")[: PAGE + 1])
        return rows[:PAGE][::-1], len(rows) > PAGE
    rows = list(found.filter(item__gt=after).order_by("item")[: PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def _lines(rubrics: Sequence[Rubric], versions: QuerySet[RubricVersion]) -> list[OwnRubric]:
    """Each with the newest of the versions."""
    items = Item.objects.only("external_id", "project").in_bulk([one.item_id for one in rubrics])
    counted = versions.filter(rubric__in=rubrics).annotate(n_criteria=Count("criteria"))
    newest: dict[int, Any] = {one.rubric_id: one for one in counted.order_by("number")}
    return [
        OwnRubric(
            one,
            items[one.item_id],
            newest.get(one.pk),
            newest[one.pk].n_criteria if one.pk in newest else 0,
        )
        for one in rubrics
    ]


def _criteria_count(project: Project, *, drafts: bool) -> int:
    """The criteria of the newest visible version of every item's rubric."""
    newer = RubricVersion.objects.filter(
        rubric=OuterRef("version__rubric"), number__gt=OuterRef("version__number")
    )
    versions = RubricVersion.objects.filter(project=project, rubric__item__isnull=False)
    of_items = Criterion.objects.filter(version__in=_visible(versions, drafts=drafts))
    return of_items.filter(~Exists(_visible(newer, drafts=drafts))).count()


def _visible(versions: QuerySet[RubricVersion], *, drafts: bool) -> QuerySet[RubricVersion]:
    return versions if drafts else versions.exclude(status=RubricVersion.Status.DRAFT)
