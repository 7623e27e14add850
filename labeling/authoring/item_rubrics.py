"""Rubrics of single items, thousands at a time: published in a number of statements that does not
grow with the items, the rows written by COPY.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery, prefetch_related_objects
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from labeling.authoring.carrying import carry_many
from labeling.authoring.copying import Placed, copy_criteria
from labeling.authoring.fates import chosen_fates
from labeling.authoring.rows import spec_of
from labeling.authoring.whole import HEAD
from labeling.errors import Problem, Problems
from labeling.models import Criterion, Item, Project, Rubric, RubricVersion, User
from labeling.revising import Fate, compare
from labeling.rubric_formats import ItemRubric
from labeling.spec import RubricSpec, content_hash, publishing_problems, structure_hash

log = logging.getLogger(__name__)

AT_ONCE = 500


@dataclass
class Published:
    """How many items got a version, and how many had it already."""

    new: int = 0
    same: int = 0


@dataclass
class _Work:
    """One item's rubric on its way: what stands, and what is to be published."""

    spec: RubricSpec
    rubric: Rubric
    latest: RubricVersion | None
    number: int
    fates: dict[str, Fate] = field(default_factory=dict)
    before: dict[str, Criterion] = field(default_factory=dict)


@transaction.atomic
def publish_for_items(
    project: Project, specs: Mapping[int, RubricSpec], *, by: User | None
) -> Published:
    """Publish a rubric for each item (by id); what an item's latest version says is left alone.

    Problems name the items by id: those with an open draft, and rubrics not fit to be published.
    """
    done = Published()
    items = list(specs)
    for start in range(0, len(items), AT_ONCE):
        some = {item: specs[item] for item in items[start : start + AT_ONCE]}
        changed = _changed(_standing(project, some))
        _write(project, changed, by)
        done.new += len(changed)
        done.same += len(some) - len(changed)
    log.info("project %s: %s rubrics of items published", project.pk, done.new)
    return done


def _standing(project: Project, specs: Mapping[int, RubricSpec]) -> list[_Work]:
    """The items' rubrics, made where there are none, under lock, with their latest versions."""
    found = _rubrics(project, specs)
    missing = [
        Rubric(project=project, slug=slug, title=specs[item].title, item_id=item)
        for item, slug in _slugs(project, [item for item in specs if item not in found]).items()
    ]
    found |= {rubric.item_id: rubric for rubric in Rubric.objects.bulk_create(missing)}
    versions = RubricVersion.objects.filter(rubric__in=found.values())
    published = versions.published().order_by("rubric", "-number").distinct("rubric")
    latest = {one.rubric_id: one for one in published}
    highest = dict(versions.values_list("rubric").annotate(Max("number")).order_by())
    _refuse(specs, found, versions)
    return [
        _Work(spec, found[item], latest.get(found[item].pk), highest.get(found[item].pk, 0) + 1)
        for item, spec in specs.items()
    ]


def _rubrics(project: Project, items: Iterable[int]) -> dict[int | None, Rubric]:
    rows = Rubric.objects.select_for_update().filter(project=project, item__in=list(items))
    return {rubric.item_id: rubric for rubric in rows.order_by("pk")}


def _slugs(project: Project, items: Sequence[int]) -> dict[int, str]:
    """An address for each item's rubric; a title may have taken the usual one."""
    wanted = {item: f"item-{item}" for item in items}
    rubrics = Rubric.objects.filter(project=project, slug__in=wanted.values())
    taken = set(rubrics.values_list("slug", flat=True))
    return {item: f"of-{slug}" if slug in taken else slug for item, slug in wanted.items()}


def _refuse(specs: Mapping[int, RubricSpec], found: Mapping[Any, Rubric], versions: Any) -> None:
    drafts = versions.filter(status=RubricVersion.Status.DRAFT).values_list("rubric", "number")
    items = {rubric.pk: item for item, rubric in found.items()}
    problems = [
        Problem(
            str(items[rubric]),
            _("version %(number)s of its rubric is open as a draft") % {"number": number},
        )
        for rubric, number in drafts
    ]
    for item, spec in specs.items():
        faults = publishing_problems(spec)
        problems += [Problem(f"{item}.{one.where}", one.message) for one in faults]
    if problems:
        raise Problems(problems)


def _changed(works: list[_Work]) -> list[_Work]:
    """Those whose rubric says something new, with the fate of each criterion's labels."""
    changed = [work for work in works if not _is_said(work)]
    prefetch_related_objects([work.latest for work in changed if work.latest], "criteria__levels")
    for work in changed:
        latest = work.latest
        difference = compare(spec_of(latest) if latest else RubricSpec(""), work.spec)
        work.fates = chosen_fates(difference, None, first=latest is None)
        rows = {row.key: row for row in latest.criteria.all()} if latest else {}
        before = {key: difference.predecessor(key) for key in work.fates}
        work.before = {key: rows[one.key] for key, one in before.items() if one is not None}
    return changed


def _is_said(work: _Work) -> bool:
    return work.latest is not None and work.latest.content_hash == content_hash(work.spec)


def _write(project: Project, works: Sequence[_Work], by: User | None) -> None:
    if not works:
        return
    versions = RubricVersion.objects.bulk_create(_version(project, work) for work in works)
    copy_criteria(
        [
            one
            for work, version in zip(works, versions, strict=True)
            for one in _placed(work, version.pk)
        ]
    )
    pairs = zip(versions, works, strict=True)
    carry_many([(version, work.latest) for version, work in pairs if work.latest is not None])
    RubricVersion.objects.filter(pk__in=[version.pk for version in versions]).update(
        status=RubricVersion.Status.PUBLISHED, published_at=Now(), published_by=by
    )


def _version(project: Project, work: _Work) -> RubricVersion:
    return RubricVersion(
        project=project,
        rubric=work.rubric,
        number=work.number,
        content_hash=content_hash(work.spec),
        structure_hash=structure_hash(work.spec),
        **{name: getattr(work.spec, name) for name in HEAD},
    )


def _placed(work: _Work, version: int) -> Iterator[Placed]:
    for position, criterion in enumerate(work.spec.criteria):
        before, fate = work.before.get(criterion.key), work.fates[criterion.key]
        lineage = before.lineage_id if before and fate is Fate.CARRY else None
        succeeds = before.pk if before else None
        yield Placed(version, position, criterion, lineage=lineage, fate=fate, succeeds=succeeds)


def rubrics_of_items(project: Project) -> Iterator[ItemRubric]:
    """Every item that has a rubric of its own with the latest published one, in order of ids."""
    latest = RubricVersion.objects.published().filter(rubric=OuterRef("rubric"))
    newest = latest.order_by("-number").values("pk")[:1]
    versions = (
        RubricVersion.objects.filter(project=project, rubric__item__isnull=False)
        .filter(pk=Subquery(newest))
        .select_related("rubric__item")
        .order_by("rubric__item_id")
        .prefetch_related("criteria__levels")
    )
    for version in versions.iterator(chunk_size=AT_ONCE):
        yield ItemRubric(_item(version.rubric.item), spec_of(version))


def _item(item: Item | None) -> dict[str, object]:
    """The item as a line of items.jsonl says it."""
    assert item is not None
    said = {"id": item.external_id, "messages": item.messages}
    more = {"reference": item.reference, "tags": item.tags, "metadata": item.metadata}
    return said | {name: value for name, value in more.items() if value not in (None, [], {})}
