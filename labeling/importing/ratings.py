"""Ratings of other tools: facts of the same kind as those from the desk, in a batch of their own.

A line is one answer; all answers of one rater on one response with one revision are a rating.
Content is answer, value and rationale; times and confidence are taken from the first load and not
compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from labeling.errors import Problem
from labeling.formats.ratings import is_rated, read_rating
from labeling.importing import machines, raters, rating_rows, settling, staging
from labeling.importing.context import Loading
from labeling.importing.generators import Generators
from labeling.importing.report import Counts
from labeling.language import gettext, gettext_noop
from labeling.models import Criterion, Level
from labeling.spec import ScaleType

TABLE = "incoming_rating"
PLACED = "placed_rating"
COLUMNS = {
    "line": "int",
    "response_ref": "text",
    "item_ref": "text",
    "generator_id": "bigint",
    "index": "int",
    "criterion_id": "bigint",
    "lineage_id": "bigint",
    "key": "text",
    "rater": "text",
    "answer": "text",
    "value": "numeric",
    "level_id": "bigint",
    "rationale": "text",
    "confidence": "smallint",
    "active_ms": "bigint",
    "revision": "int",
    "rated_at": "timestamptz",
}
# Answer, value and rationale in one text, alike for lines and for rows.
CONTENT = (
    "encode(sha256(convert_to(concat_ws('|', {0}.answer, trim_scale({0}.value), {0}.rationale),"
    " 'UTF8')), 'hex')"
)
_PLACE = f"""
    SELECT i.line, i.criterion_id, i.lineage_id, i.key, i.rater, i.revision, i.response_ref,
           i.item_ref, coalesce(r.id, n.id) AS response_id, NULL::bigint AS rater_id,
           {CONTENT.format("i")} AS content
    FROM incoming_rating i
    LEFT JOIN labeling_response r ON r.project_id = %(project)s AND r.external_id = i.response_ref
    LEFT JOIN labeling_item t ON t.project_id = %(project)s AND t.external_id = i.item_ref
    LEFT JOIN labeling_response n ON n.item_id = t.id AND n.generator_id = i.generator_id
        AND n.index = i.index
"""
# What the raters said of these responses under this rubric in earlier loads.
_EARLIER = f"""
    SELECT a.response_id, a.rater_id, t.revision, s.lineage_id,
           {CONTENT.format("s")} AS content
    FROM labeling_batch b
    JOIN labeling_rubricversion v ON v.id = b.rubric_version_id AND v.rubric_id = %s
    JOIN labeling_assignment a ON a.batch_id = b.id
    JOIN labeling_rating t ON t.assignment_id = a.id
    JOIN labeling_score s ON s.rating_id = t.id
    WHERE b.project_id = %s AND b.kind = 'imported'
        AND a.response_id IN (SELECT response_id FROM placed_rating)
"""
_RATED = "(e.response_id, e.rater_id) = (p.response_id, p.rater_id)"
_ANSWERED = f"{_RATED} AND (e.lineage_id, e.revision) = (p.lineage_id, p.revision)"
_EXISTS = "EXISTS (SELECT 1 FROM earlier_score e WHERE {})"

NO_RESPONSE = gettext_noop("`%(id)s` is not a response of this project")
NO_RESPONSE_TO = gettext_noop("there is no such response to `%(item)s`")
CHANGED = gettext_noop(
    "`%(rater)s` rated this otherwise in an earlier load; mark a correction with a higher "
    "`revision`"
)
LATE = gettext_noop(
    "this response has a rating by `%(rater)s` of this or a higher revision; mark a correction "
    "with a higher `revision`"
)
REPEATED = gettext_noop(
    "`%(rater)s` rated this on line %(first)s already; mark a correction with a higher `revision`"
)
MACHINES = {
    "generator": gettext_noop(
        "`%(rater)s` is a generator of this project, and a machine is never a rater: load what it "
        "says as grades (a person needs another name here)"
    ),
    "grader": gettext_noop(
        "`%(rater)s` is a grader of this project, and a machine is never a rater: load what it "
        "says as grades (a person needs another name here)"
    ),
}


def load_ratings(loading: Loading, path: Path) -> Counts:
    """Take the file's new ratings."""
    cursor = loading.cursor
    if loading.version is None or loading.rubric_refused:
        why = gettext("ratings need a rubric: give its file too")
        if loading.rubric_refused:
            why = gettext("ratings cannot be read without the rubric: give its file too")
        problem = Problem("", why)
        loading.faults.refuse_file("ratings", 0, [problem])
        return Counts(rejected=1, not_rated=0)
    reader = _Reader(loading)
    staging.fresh(cursor, TABLE, COLUMNS)
    staging.copy(cursor, TABLE, COLUMNS, reader.lines(path))
    loading.faults.flush()
    cursor.execute(f"ANALYZE {TABLE}")
    staging.fresh_from(cursor, PLACED, _PLACE, {"project": loading.project.pk})
    _reject_unknown(loading)
    same = _settle(loading)
    new = rating_rows.write(loading, PLACED)
    return Counts(new, same, loading.faults.bad_lines("ratings"), reader.not_rated)


class _Reader:
    """Reads lines by the rubric in force and counts those that say nothing."""

    def __init__(self, loading: Loading) -> None:
        assert loading.version is not None
        self.loading, self.not_rated = loading, 0
        self.generators = Generators(loading)
        # Fetched now: while a COPY runs, its connection can be asked nothing.
        self.specs = loading.criteria
        rows = Criterion.objects.filter(version=loading.version)
        self.criteria = {row.key: (row.pk, row.lineage_id) for row in rows}
        levels = Level.objects.filter(criterion__version=loading.version)
        self.levels = {(row.criterion_id, row.value): row.pk for row in levels}

    def lines(self, path: Path) -> Iterator[tuple[Any, ...]]:
        """The rows of the good lines."""
        return self.loading.lines("ratings", path, self._parse)

    def _parse(self, data: dict[str, Any], problems: list[Problem]) -> tuple[Any, ...] | None:
        line = read_rating(self.loading.renaming.revalue(data), self.specs, problems)
        if line is None:
            return None
        if not is_rated(line):
            self.not_rated += 1
            return None
        generator = None
        if line.generator is not None:
            generator = self.generators.known(line.generator, problems)
        criterion, lineage = self.criteria[line.criterion]
        value = line.answer.value
        # The levels of an interval are anchors only; any value between them is as good.
        stepped = self.specs[line.criterion].scale.type != ScaleType.INTERVAL
        level = self.levels.get((criterion, value)) if stepped and value is not None else None
        return (
            *(line.response_id, line.item_id, generator, line.position, criterion, lineage),
            *(line.criterion, line.rater, str(line.answer.kind), value, level, line.rationale),
            line.confidence,
            None if line.seconds is None else int(line.seconds * 1000),
            *(line.revision, line.rated_at),
        )


def _settle(loading: Loading) -> int:
    """Find the raters; take out what is known, repeated or in conflict."""
    assert loading.version is not None
    reject = partial(settling.reject, loading, "ratings")
    _reject_machines(loading)
    unknown = _find_raters(loading)
    keys = [loading.version.rubric_id, loading.project.pk]
    staging.fresh_from(loading.cursor, "earlier_score", _EARLIER, keys)
    alike = _EXISTS.format(f"{_ANSWERED} AND e.content = p.content")
    same = settling.drop(loading, PLACED, alike)
    reject("rater", PLACED, _EXISTS.format(_ANSWERED), CHANGED, rater="p.rater")
    later = _EXISTS.format(f"{_RATED} AND e.revision >= p.revision")
    reject("revision", PLACED, later, LATE, rater="p.rater")
    _reject_repeats(loading)
    _make_raters(loading, unknown)
    return same


def _reject_unknown(loading: Loading) -> None:
    reject = partial(settling.reject, loading, "ratings", "response_id", PLACED)
    placed = "p.response_id IS NULL AND p.response_ref IS NULL"
    reject(placed, NO_RESPONSE_TO, item="p.item_ref")
    reject("p.response_id IS NULL", NO_RESPONSE, id="p.response_ref")


def _reject_machines(loading: Loading) -> None:
    """What a machine says is a grade; as a rating it would be counted as a person's."""
    for name, kind in machines.among(loading, _raters(loading)).items():
        said = (loading, "ratings", "rater", PLACED, "p.rater = %s", MACHINES[kind], name)
        settling.reject(*said, rater="p.rater")


def _raters(loading: Loading) -> list[str]:
    loading.cursor.execute(f"SELECT DISTINCT rater FROM {PLACED} ORDER BY rater")
    return [name for (name,) in loading.cursor.fetchall()]


def _find_raters(loading: Loading) -> list[str]:
    names = _raters(loading)
    known = raters.users_of(loading, names)
    _set_raters(loading, known)
    return [name for name in names if name not in known]


def _make_raters(loading: Loading, unknown: list[str]) -> None:
    loading.cursor.execute(
        f"SELECT DISTINCT rater FROM {PLACED} WHERE rater = ANY(%s) ORDER BY rater", [unknown]
    )
    needed = [name for (name,) in loading.cursor.fetchall()]
    _set_raters(loading, raters.make_users(loading, needed) if needed else {})


def _set_raters(loading: Loading, users: dict[str, int]) -> None:
    loading.cursor.execute(
        f"UPDATE {PLACED} p SET rater_id = u.id"
        " FROM unnest(%s::text[], %s::bigint[]) AS u(name, id) WHERE u.name = p.rater",
        [list(users), list(users.values())],
    )
    # Without this the planner goes on believing that no line has a rater.
    loading.cursor.execute(f"ANALYZE {PLACED}")


def _reject_repeats(loading: Loading) -> None:
    """Said twice in one file: the first line stands, even if the second says the same."""
    first = (
        f"(SELECT min(o.line) FROM {PLACED} o WHERE (o.response_id, o.rater, o.lineage_id,"
        " o.revision) = (p.response_id, p.rater, p.lineage_id, p.revision))"
    )
    where = (
        f"p.line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY response_id,"
        f" rater, lineage_id, revision ORDER BY line) AS nth FROM {PLACED}) n WHERE nth > 1)"
    )
    said = (loading, "ratings", "rater", PLACED, where, REPEATED)
    settling.reject(*said, rater="p.rater", first=first)
