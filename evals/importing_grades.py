"""Grades that other programmes gave. Each load's new grades of a grader are a finished run."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.text import slugify

from evals.models import Grader
from labeling.errors import Problem
from labeling.formats.grades import read_grade
from labeling.importing import Counts, Loading, settling, staging
from labeling.importing.ratings import NO_RESPONSE
from labeling.language import gettext, gettext_noop
from labeling.models import Criterion, Project
from labeling.spec import CriterionSpec
from labeling.strict_json import dumps

TABLE = "incoming_grade"
COLUMNS = {
    "line": "int",
    "response_ref": "text",
    "grader": "text",
    "lineage_id": "bigint",
    "repeat": "int",
    "value": "numeric",
    "reward": "double precision",
    "error": "text",
    "explanation": "text",
    "tokens": "int",
    "cost": "numeric",
    "latency_ms": "int",
}
_PLACE = """
    SELECT i.line, i.response_ref, i.grader, coalesce(i.lineage_id, 0) AS lineage, i.repeat,
           r.id AS response_id, g.id AS grader_id,
           concat_ws('|', trim_scale(i.value), i.reward, i.error, i.explanation) AS content
    FROM incoming_grade i
    LEFT JOIN labeling_response r ON r.project_id = %(project)s AND r.external_id = i.response_ref
    LEFT JOIN evals_grader g ON g.project_id = %(project)s AND g.kind = 'imported'
        AND g.spec->>'name' = i.grader
"""
_EARLIER = """
    SELECT n.grader_id, e.response_id, coalesce(e.lineage_id, 0) AS lineage, e.repeat,
           concat_ws('|', trim_scale(e.value), e.reward, e.error, e.explanation) AS content
    FROM evals_gradingrun n JOIN evals_grade e ON e.run_id = n.id
    WHERE n.grader_id IN (SELECT grader_id FROM placed_grade)
        AND e.response_id IN (SELECT response_id FROM placed_grade)
"""
_GRADED = """
    EXISTS (SELECT 1 FROM earlier_grade e WHERE (e.grader_id, e.response_id, e.lineage, e.repeat)
        = (p.grader_id, p.response_id, p.lineage, p.repeat) {})
"""
_RUNS = """
    INSERT INTO evals_gradingrun (project_id, grader_id, imported, chunk_size, state, attempt,
        fence, done, total, error, input_hash, code_version, created_by_id, started_at)
    SELECT %(project)s, grader_id, true, 500, 'running', 1, 1, count(*), count(*), '',
        encode(sha256(convert_to('grades:' || grader_id || ':' || string_agg(concat_ws('|',
            response_id, lineage, repeat, content), E'\\n' ORDER BY response_id, lineage, repeat),
            'UTF8')), 'hex'),
        %(version)s, %(by)s, now()
    FROM placed_grade GROUP BY grader_id ORDER BY min(line)
    RETURNING id, grader_id
"""
_GRADES = """
    INSERT INTO evals_grade (project_id, run_id, response_id, lineage_id, repeat, value, reward,
        error, explanation, tokens, cost, latency_ms)
    SELECT %s, n.id, p.response_id, i.lineage_id, i.repeat, i.value, i.reward,
        i.error, i.explanation, i.tokens, i.cost, i.latency_ms
    FROM placed_grade p JOIN incoming_grade i USING (line)
    JOIN unnest(%s::bigint[], %s::bigint[]) AS n(id, grader_id) ON n.grader_id = p.grader_id
    ORDER BY p.line
"""

CHANGED = gettext_noop("`%(grader)s` graded this otherwise in an earlier load; give a `repeat`")
REPEATED = gettext_noop(
    "this grade of the grader stands on line %(line)s already, with other content"
)


def load_grades(loading: Loading, path: Path) -> Counts:
    """Take the file's new grades; registered as the station for `--grades`."""
    cursor = loading.cursor
    if loading.rubric_refused:
        problem = Problem("", gettext("grades cannot be read without the rubric"))
        loading.faults.refuse_file("grades", 0, [problem])
        return Counts(rejected=1)
    rows = Criterion.objects.filter(version=loading.version)
    lineages = dict(rows.values_list("key", "lineage_id"))
    staging.fresh(cursor, TABLE, COLUMNS)
    # Fetched now: while a COPY runs, its connection can be asked nothing.
    parse = partial(_parse, loading.criteria, lineages)
    staging.copy(cursor, TABLE, COLUMNS, loading.lines("grades", path, parse))
    loading.faults.flush()
    cursor.execute(f"ANALYZE {TABLE}")
    staging.fresh_from(cursor, "placed_grade", _PLACE, {"project": loading.project.pk})
    same = _settle(loading)
    new = _write(loading)
    return Counts(new, same, loading.faults.bad_lines("grades"))


def _parse(
    criteria: dict[str, CriterionSpec],
    lineages: dict[str, int],
    data: dict[str, Any],
    problems: list[Problem],
) -> tuple[Any, ...] | None:
    line = read_grade(data, criteria, problems)
    if line is None:
        return None
    lineage = lineages[line.criterion] if line.criterion else None
    return (line.response_id, line.grader, lineage, *line[3:])


def _settle(loading: Loading) -> int:
    reject = partial(settling.reject, loading, "grades")
    reject(
        *("response_id", "placed_grade", "p.response_id IS NULL", NO_RESPONSE),
        id="p.response_ref",
    )
    staging.fresh_from(loading.cursor, "earlier_grade", _EARLIER)
    same = settling.drop(loading, "placed_grade", _GRADED.format("AND e.content = p.content"))
    reject("repeat", "placed_grade", _GRADED.format(""), CHANGED, grader="p.grader")
    return same + settling.drop_repeats(
        loading,
        "grades",
        "repeat",
        "placed_grade",
        identity="response_id, grader, lineage, repeat",
        content="p.content",
        message=REPEATED,
    )


def _write(loading: Loading) -> int:
    """A run a grader: opened, filled and finished within the load."""
    cursor, project = loading.cursor, loading.project.pk
    _make_graders(loading)
    by = loading.by.pk if loading.by else None
    cursor.execute(_RUNS, {"project": project, "version": settings.VERSION, "by": by})
    made = cursor.fetchall()
    ids, graders = [row[0] for row in made], [row[1] for row in made]
    cursor.execute(_GRADES, [project, ids, graders])
    written = cursor.rowcount
    cursor.execute(
        "UPDATE evals_gradingrun SET state = 'finished', finished_at = now() WHERE id = ANY(%s)",
        [ids],
    )
    return written


def _make_graders(loading: Loading) -> None:
    cursor = loading.cursor
    cursor.execute(
        "SELECT grader FROM placed_grade WHERE grader_id IS NULL GROUP BY grader ORDER BY min(line)"
    )
    for (name,) in cursor.fetchall():
        grader = _grader(loading, name)
        cursor.execute(
            "UPDATE placed_grade SET grader_id = %s WHERE grader = %s", [grader.pk, name]
        )


def _grader(loading: Loading, name: str) -> Grader:
    spec = {"type": "imported", "name": name}
    slug = slugify(name)[:100].strip("-_") or "grader"
    alike = Grader.objects.filter(project=loading.project, slug=slug)
    return Grader.objects.create(
        project=loading.project,
        slug=slug,
        number=(alike.aggregate(top=Max("number"))["top"] or 0) + 1,
        kind="imported",
        spec=spec,
        spec_hash=hashlib.sha256(dumps(spec).encode()).hexdigest(),
    )


def graders_of(project: Project) -> list[str]:
    """Every name that a grader of the project goes by."""
    graders = Grader.objects.filter(project=project).values_list("slug", "spec__name")
    return [name for names in graders for name in names if isinstance(name, str)]
