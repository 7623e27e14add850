"""Rubrics of single items on their way in: attached to items by id, all or each bad one named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.authoring import publish_for_items
from labeling.errors import Problem, Problems
from labeling.importing.context import Loading
from labeling.importing.report import Counts
from labeling.language import gettext
from labeling.models import Item
from labeling.rubric_formats import ItemRubric
from labeling.spec import RubricSpec, publishing_problems


def attach(loading: Loading, rubrics: Sequence[ItemRubric]) -> Counts:
    """Publish what a rubric file says of items that are there, in this load or before."""
    ids = _ids(loading, [str(one.item.get("id")) for one in rubrics])
    specs: dict[int, RubricSpec] = {}
    bad = 0
    for line, one in enumerate(rubrics, start=1):
        name = str(one.item.get("id"))
        problems = _problems(one, name, ids, specs)
        if problems:
            loading.faults.note("rubric", line, problems)
            bad += 1
        else:
            specs[ids[name]] = one.spec
    loading.faults.flush()
    try:
        done = publish_for_items(loading.project, specs, by=loading.by)
    except Problems as error:
        names = {str(pk): name for name, pk in ids.items()}
        loading.faults.refuse_file("rubric", 0, [_by_name(one, names) for one in error.problems])
        return Counts(rejected=len(rubrics))
    return Counts(done.new, done.same, bad)


def _problems(
    one: ItemRubric, name: str, ids: Mapping[str, int], specs: Mapping[int, RubricSpec]
) -> list[Problem]:
    if name not in ids:
        message = gettext("there is no item `%(name)s` in this project; give its file too")
        return [Problem("id", message % {"name": name[:80]})]
    if ids[name] in specs:
        message = gettext("`%(name)s` has a rubric further up in this file")
        return [Problem("id", message % {"name": name[:80]})]
    return publishing_problems(one.spec)


def _ids(loading: Loading, names: Sequence[str]) -> dict[str, int]:
    found = Item.objects.filter(project=loading.project, external_id__in=names)
    return dict(found.values_list("external_id", "pk"))


def _by_name(problem: Problem, names: Mapping[str, str]) -> Problem:
    pk, _, rest = problem.where.partition(".")
    return Problem(".".join(filter(None, (names.get(pk, pk), rest))), problem.message)
