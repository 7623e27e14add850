"""What becomes of the labels there are when a version is published, criterion by criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from labeling.authoring.rows import spec_of
from labeling.errors import Problem, Problems
from labeling.models import Batch, RubricVersion, WorkedExample
from labeling.revising import (
    CriterionDifference,
    Fate,
    RubricDifference,
    compare,
    possible_fates,
    usual_fate,
    why_not_carried,
)
from labeling.spec import RubricSpec

# Counting stops here: nobody decides otherwise about eleven thousand labels than about ten.
COUNTED_MAX = 10_000
SETTLE = """
    UPDATE labeling_criterion c
    SET fate = t.fate, succeeds_id = p.id,
        lineage_id = CASE t.fate WHEN 'carry' THEN p.lineage_id ELSE c.id END
    FROM unnest(%(keys)s::text[], %(before)s::text[], %(fates)s::text[]) AS t (key, before, fate)
    LEFT JOIN labeling_criterion p ON p.version_id = %(latest)s AND p.key = t.before
    WHERE c.version_id = %(version)s AND c.key = t.key
"""
LABELS = """
    SELECT c.key, (SELECT count(*) FROM (
        SELECT FROM labeling_batch b
        JOIN labeling_score s ON s.batch_id = b.id AND s.lineage_id = c.lineage_id
        WHERE b.id = ANY (%(batches)s) AND s.superseded_by_id IS NULL LIMIT %(limit)s) found)
    FROM labeling_criterion c WHERE c.version_id = %(version)s AND c.key = ANY (%(keys)s)
"""


def difference_from(latest: RubricVersion | None, spec: RubricSpec) -> RubricDifference:
    """What publishing `spec` changes; before the first version there was nothing."""
    return compare(spec_of(latest) if latest else RubricSpec(""), spec)


def chosen_fates(
    difference: RubricDifference, wanted: Mapping[str, str] | None, *, first: bool
) -> dict[str, Fate]:
    """A fate for every criterion: the one wanted, else the usual one. Problems when impossible."""
    left = dict(wanted or {})
    found: dict[str, Fate] = {}
    problems: list[Problem] = []
    for one in difference.criteria:
        if one.after is None:
            continue
        key = one.after.key
        possible = (Fate.FRESH,) if first else possible_fates(one)
        found[key] = Fate.FRESH if first else usual_fate(one)
        said = left.pop(key, found[key])
        if said in possible:
            found[key] = Fate(said)
        else:
            problems.append(Problem(f"fates.{key}", _impossible(one, said, possible)))
    problems += [
        Problem(f"fates.{str(key)[:63]}", _("is no criterion of the draft")) for key in left
    ]
    if problems:
        raise Problems(problems)
    return found


def settle(
    version: RubricVersion,
    latest: RubricVersion | None,
    difference: RubricDifference,
    fates: Mapping[str, Fate],
) -> None:
    """Write fates, predecessors and lineages into the draft's criteria, in one statement.

    Worked examples whose criterion asks something else now stay with the versions before.
    """
    before = [difference.predecessor(key) for key in fates]
    params: dict[str, Any] = {
        "version": version.pk,
        "latest": latest.pk if latest else None,
        "keys": list(fates),
        "before": [one.key if one else None for one in before],
        "fates": [fate.value for fate in fates.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, params)
    going_on = version.criteria.order_by().values("lineage")
    WorkedExample.objects.filter(version=version).exclude(lineage__in=going_on).delete()


def label_counts(latest: RubricVersion, keys: Sequence[str]) -> dict[str, int]:
    """How many labels each criterion of a published version has, up to one more than COUNTED_MAX.

    Labels that earlier versions carried on to it are among them.
    """
    versions = RubricVersion.objects.filter(rubric=latest.rubric_id)
    batches = Batch.objects.filter(rubric_version__in=versions).values_list("pk", flat=True)
    params: dict[str, Any] = {
        "version": latest.pk,
        "keys": list(keys),
        "batches": list(batches),
        "limit": COUNTED_MAX + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(LABELS, params)
        return dict(cursor.fetchall())


def _impossible(one: CriterionDifference, said: object, possible: Sequence[Fate]) -> str:
    told = {"said": str(said)[:20], "possible": _(" or ").join(possible)}
    shown = _("`%(said)s` is not possible here; %(possible)s is.") % told
    return f"{shown} {why_not_carried(one)}".strip() if said == Fate.CARRY else shown
