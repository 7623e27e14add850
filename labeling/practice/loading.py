"""Known answers among the files of a load; registered as the station for `--gold`.

Content is value and reason. A line that was loaded before adds nothing, whatever stands now: what
an author or an appeal has changed since stays changed. Another line is the unit's next revision.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from labeling.errors import Problem
from labeling.formats.known import read_known
from labeling.importing import Counts, Loading, settling, staging
from labeling.importing.ratings import NO_RESPONSE
from labeling.language import gettext, gettext_noop
from labeling.models import Criterion, GoldAnswer
from labeling.practice.known import lock_known, waiting_for

TABLE = "incoming_known"
PLACED = "placed_known"
COLUMNS = {
    "line": "int",
    "response_ref": "text",
    "lineage_id": "bigint",
    "value": "numeric",
    "explanation": "text",
}
_PLACE = """
    SELECT i.*, r.id AS response_id, r.withheld IS NOT NULL AS withheld
    FROM incoming_known i
    LEFT JOIN labeling_response r ON r.project_id = %(project)s AND r.external_id = i.response_ref
"""
# What is known of these units, and what was ever loaded of them.
_STANDING = """
    SELECT DISTINCT ON (g.response_id, g.lineage_id)
           g.response_id, g.lineage_id, g.revision, g.value, g.explanation
    FROM labeling_goldanswer g JOIN placed_known p USING (response_id, lineage_id)
    ORDER BY g.response_id, g.lineage_id, g.revision DESC
"""
_SAME = """
    SELECT 1 FROM {} g WHERE (g.response_id, g.lineage_id) = (p.response_id, p.lineage_id)
        AND g.value = p.value AND g.explanation = p.explanation
"""
_STANDS = f"EXISTS ({_SAME.format('standing_known')})"
_LOADED = f"EXISTS ({_SAME.format('labeling_goldanswer')} AND g.source = 'imported')"
_WRITE = """
    INSERT INTO labeling_goldanswer (project_id, response_id, lineage_id, revision, value,
        explanation, source, by_id)
    SELECT %s, p.response_id, p.lineage_id, coalesce(s.revision, 0) + 1, p.value, p.explanation,
        %s, %s
    FROM placed_known p LEFT JOIN standing_known s USING (response_id, lineage_id)
    ORDER BY p.line
"""

WITHHELD = gettext_noop("the text of `%(id)s` is withheld")
UNJUDGED = gettext_noop(
    "you may be asked to judge `%(id)s` in an open batch, so you cannot set what is known of it"
)
REPEATED = gettext_noop("says the same unit as line %(line)s")


def load_known(loading: Loading, path: Path) -> Counts:
    """Take the file's new known answers, by the rubric that ratings are read by."""
    if loading.version is None or loading.rubric_refused:
        why = gettext("known answers need a rubric: give its file too")
        if loading.rubric_refused:
            why = gettext("known answers cannot be read without the rubric: give its file too")
        problem = Problem("", why)
        loading.faults.refuse_file("gold", 0, [problem])
        return Counts(rejected=1)
    lock_known(loading.project.pk)
    cursor = loading.cursor
    staging.fresh(cursor, TABLE, COLUMNS)
    staging.copy(cursor, TABLE, COLUMNS, loading.lines("gold", path, _reader(loading)))
    loading.faults.flush()
    staging.fresh_from(cursor, PLACED, _PLACE, {"project": loading.project.pk})
    same = _settle(loading)
    cursor.execute(
        _WRITE,
        [loading.project.pk, GoldAnswer.Source.IMPORTED, loading.by.pk if loading.by else None],
    )
    return Counts(cursor.rowcount, same, loading.faults.bad_lines("gold"))


def _reader(
    loading: Loading,
) -> Callable[[dict[str, Any], list[Problem]], tuple[Any, ...] | None]:
    # Fetched now: while a COPY runs, its connection can be asked nothing.
    specs = loading.criteria
    rows = Criterion.objects.filter(version=loading.version)
    lineages = dict(rows.values_list("key", "lineage_id"))

    def parse(data: dict[str, Any], problems: list[Problem]) -> tuple[Any, ...] | None:
        line = read_known(loading.renaming.revalue(data), specs, problems)
        if line is None:
            return None
        return line.response_id, lineages[line.criterion], line.value, line.explanation

    return parse


def _settle(loading: Loading) -> int:
    """Take out what cannot be known, is said twice, or was loaded before."""
    reject = partial(settling.reject, loading, "gold", "response_id", PLACED)
    reject("p.response_id IS NULL", NO_RESPONSE, id="p.response_ref")
    reject("p.withheld", WITHHELD, id="p.response_ref")
    _reject_unjudged(loading)
    _reject_repeats(loading)
    staging.fresh_from(loading.cursor, "standing_known", _STANDING)
    same = settling.drop(loading, PLACED, _STANDS)
    changed = settling.drop(loading, PLACED, _LOADED)
    if changed:
        words = gettext(
            "gold: %(count)s known answers of the file were loaded before and changed since; "
            "what stands now was kept."
        )
        loading.notes.append(words % {"count": f"{changed:,}"})
    return same + changed


def _reject_unjudged(loading: Loading) -> None:
    """Before anything that tells what is known: whoever may yet judge a response sets nothing."""
    if loading.by is None:
        return
    loading.cursor.execute(f"SELECT DISTINCT response_id FROM {PLACED}")
    waiting = waiting_for([pk for (pk,) in loading.cursor.fetchall()], loading.by)
    settling.reject(
        *(loading, "gold", "response_id", PLACED, "p.response_id = ANY(%s)", UNJUDGED),
        list(waiting),
        id="p.response_ref",
    )


def _reject_repeats(loading: Loading) -> None:
    """Said twice in one file: the first line stands, even if the second says the same."""
    first = (
        f"(SELECT min(o.line) FROM {PLACED} o"
        " WHERE (o.response_id, o.lineage_id) = (p.response_id, p.lineage_id))"
    )
    where = (
        "p.line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY response_id,"
        f" lineage_id ORDER BY line) AS nth FROM {PLACED}) n WHERE nth > 1)"
    )
    settling.reject(loading, "gold", "criterion", PLACED, where, REPEATED, line=first)
