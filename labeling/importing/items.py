"""Items: identity is the id, and an item never changes."""

from __future__ import annotations

from pathlib import Path

from labeling import strict_json
from labeling.authoring import publish_spec
from labeling.formats.items import read_item
from labeling.importing import settling, staging
from labeling.importing.context import Loading
from labeling.importing.report import Counts
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


def load_items(loading: Loading, path: Path) -> Counts:
    """Take the file's new items."""
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
        noun="this id",
    )
    same += settling.drop(loading, TABLE, _KNOWN.format("="), project)
    message = "'`' || p.external_id || '` is in the project already, with other content'"
    settling.reject(loading, "items", "id", TABLE, _KNOWN.format("<>"), message, project)
    cursor.execute(_INSERT, [project])
    new = cursor.rowcount
    _publish_rubrics(loading)
    return Counts(new, same, loading.faults.bad_lines("items"))


def _publish_rubrics(loading: Loading) -> None:
    loading.cursor.execute(
        f"SELECT external_id, rubric FROM {TABLE} WHERE rubric IS NOT NULL ORDER BY line"
    )
    for external_id, text in loading.cursor.fetchall():
        spec = parse_rubric(strict_json.loads(text, max_bytes=len(text) * 4))
        item = Item.objects.get(project=loading.project, external_id=external_id)
        publish_spec(loading.project, spec, by=loading.by, item=item)
