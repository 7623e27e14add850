"""Where the criteria of a draft stand: their order and their sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import connection

from labeling.models import Criterion, Rubric, RubricVersion

type Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A criterion by its row, and the section it stands in."""

    pk: int
    path: Path


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that stand one after the other under the same path; `()` has no heading."""

    path: Path
    pks: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.pks[0]


def places(version: RubricVersion) -> list[Place]:
    """Every criterion in order, in one query."""
    rows = version.criteria.order_by("position").values_list("pk", "path")
    return [Place(pk, tuple(path)) for pk, path in rows]


def sections(standing: Iterable[Place]) -> list[Section]:
    """The runs of criteria under one path, in order; a path may come again further down."""
    runs = groupby(standing, key=lambda one: one.path)
    return [Section(path, tuple(one.pk for one in run)) for path, run in runs]


def section_of(standing: Iterable[Place], pk: int) -> Section | None:
    """The run that the criterion stands in."""
    return next((one for one in sections(standing) if pk in one.pks), None)


def put_before(order: Sequence[int], moved: Sequence[int], following: int | None) -> list[int]:
    """The order with `moved` before `following`, at the end where that is None or unknown."""
    taken = set(moved)
    rest = [pk for pk in order if pk not in taken]
    at = rest.index(following) if following in rest else len(rest)
    return [*rest[:at], *moved, *rest[at:]]


def following(order: Sequence[int], pk: int, beside: Iterable[int] = ()) -> int | None:
    """What stands behind the criterion, leaving out those of `beside`."""
    left_out = set(beside)
    behind = order[order.index(pk) + 1 :]
    return next((one for one in behind if one not in left_out), None)


def write_order(version: RubricVersion, order: Sequence[int]) -> None:
    """Number the criteria in this order; only rows whose number changes are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_criterion c SET position = t.place - 1"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY t(id, place)"
            " WHERE c.id = t.id AND c.version_id = %s AND c.position <> t.place - 1",
            [list(order), version.pk],
        )


def write_path(version: RubricVersion, pks: Iterable[int], path: Path) -> None:
    """Put the criteria under this path."""
    version.criteria.filter(pk__in=list(pks)).update(path=list(path))


def known_as(draft: RubricVersion, pks: Iterable[int]) -> Mapping[int, int]:
    """The draft's row for each criterion that a page shows; what is gone is left out.

    A page opened before the draft was shows the rows of a published version of this rubric: its
    criteria go by their keys. Rows of other rubrics are nobody's.
    """
    wanted = set(pks)
    own = set(draft.criteria.filter(pk__in=wanted).values_list("pk", flat=True))
    found = {pk: pk for pk in own}
    if strange := wanted - own:
        of_rubric = Criterion.objects.filter(pk__in=strange, version__rubric=draft.rubric_id)
        keys = {key: pk for pk, key in of_rubric.values_list("pk", "key")}
        rows = draft.criteria.filter(key__in=keys).values_list("key", "pk")
        found |= {keys[key]: pk for key, pk in rows}
    return found


def is_of(rubric: Rubric, pk: int) -> bool:
    """Whether the row is, or was, a criterion of this rubric."""
    return Criterion.objects.filter(pk=pk, version__rubric=rubric).exists()
