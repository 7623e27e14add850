"""Items: identity is the id, and an item never changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.db import transaction
from psycopg.errors import UniqueViolation

from labeling import strict_json
from labeling.authoring import publish_for_items
from labeling.formats.items import read_item
from labeling.importing import settling, staging
from labeling.importing.context import Loading
from labeling.importing.report import Counts
from labeling.language import gettext_noop
from labeling.models import Item
from labeling.spec import parse_rubric

TABLE = "incoming_item"
COLUMNS = {
    "line": "int",
    "external_id": "text",
    "group_key": "text",
    "messages": "jsonb",
    "tools": "jsonb",
    "reference": "jsonb",
    "tags": "text[]",
    "metadata": "jsonb",
    "rubric": "text",
    "content_hash": "text",
}
_KNOWN = """
    EXISTS (SELECT 1 FROM labeling_item i WHERE i.project_id = %s
            AND i.external_id = p.external_id AND i.content_hash {} p.content_hash)
"""
# A temporary table is read in the order in which it was written, so ids follow the lines
# without sorting the texts.
_INSERT = """
    INSERT INTO labeling_item (project_id, external_id, group_key, messages, tools, reference,
                               tags, metadata, content_hash)
    SELECT %s, external_id, group_key, messages, tools, reference,
           tags, metadata, content_hash
    FROM incoming_item
"""

REPEATED = gettext_noop("this id stands on line %(line)s already, with other content")
CHANGED = gettext_noop("`%(id)s` is in the project already, with other content")

# So many lines are looked up before the file is believed to be new.
_PEEK = 100


class _NotPlain(Exception):
    """The file holds more than items that nobody has: it takes the way through SQL."""


def load_items(loading: Loading, path: Path) -> Counts:
    """Take the file's new items."""
    return _load_new(loading, path) or _load_mixed(loading, path)


def _load_new(loading: Loading, path: Path) -> Counts | None:
    """Copy a file in which everything is new straight in; None, and nothing done, otherwise.

    It saves writing every text twice. An id that is there already, in the project or further up
    in the file, breaks the table's own constraint.
    """
    columns = ["project_id", *(name for name in COLUMNS if name not in ("line", "rubric"))]
    before = loading.mark()
    try:
        with transaction.atomic():
            lines = loading.lines("items", path, read_item)
            first = list(islice(lines, _PEEK))
            if _any_known(loading, first):
                raise _NotPlain
            rows = _plain_rows(loading.project.pk, chain(first, lines))
            new = staging.copy(loading.cursor, Item._meta.db_table, columns, rows)
    except (_NotPlain, UniqueViolation):
        loading.back_to(before)
        return None
    loading.faults.flush()
    return Counts(new, 0, loading.faults.bad_lines("items"))


def _any_known(loading: Loading, lines: list[tuple[Any, ...]]) -> bool:
    ids = [external_id for _, external_id, *_ in lines]
    return Item.objects.filter(project=loading.project, external_id__in=ids).exists()


def _plain_rows(project: int, lines: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for _, *columns, rubric, content_hash in lines:
        if rubric is not None:
            raise _NotPlain
        yield project, *columns, content_hash


def _load_mixed(loading: Loading, path: Path) -> Counts:
    """Take what is new among lines that may be known, repeated or in conflict."""
    cursor, project = loading.cursor, loading.project.pk
    staging.fresh(cursor, TABLE, COLUMNS)
    staging.copy(cursor, TABLE, COLUMNS, loading.lines("items", path, read_item))
    loading.faults.flush()
    cursor.execute(f"ANALYZE {TABLE} (line, external_id)")
    same = settling.drop_repeats(
        loading,
        "items",
        "id",
        TABLE,
        identity="external_id",
        content="p.content_hash",
        message=REPEATED,
    )
    same += settling.drop(loading, TABLE, _KNOWN.format("="), project)
    settling.reject(
        *(loading, "items", "id", TABLE, _KNOWN.format("<>"), CHANGED, project),
        id="p.external_id",
    )
    cursor.execute(_INSERT, [project])
    new = cursor.rowcount
    _publish_rubrics(loading)
    return Counts(new, same, loading.faults.bad_lines("items"))


def _publish_rubrics(loading: Loading) -> None:
    loading.cursor.execute(
        f"SELECT i.id, p.rubric FROM {TABLE} p JOIN labeling_item i"
        " ON i.project_id = %s AND i.external_id = p.external_id"
        " WHERE p.rubric IS NOT NULL ORDER BY p.line",
        [loading.project.pk],
    )
    specs = {
        item: parse_rubric(strict_json.loads(text, max_bytes=len(text) * 4))
        for item, text in loading.cursor.fetchall()
    }
    publish_for_items(loading.project, specs, by=loading.by)
