"""Responses: identity is the id, or else item, generator and index."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from labeling.errors import Problem
from labeling.formats.fields import ID_LENGTH
from labeling.formats.responses import read_response
from labeling.importing import settling, staging
from labeling.importing.context import Loading
from labeling.importing.generators import Generators
from labeling.importing.items import REPEATED
from labeling.importing.report import Counts
from labeling.language import gettext_noop

TABLE = "incoming_response"
PLACED = "placed_response"
COLUMNS = {
    "line": "int",
    "external_id": "text",
    "item_ref": "text",
    "generator_ref": "int",
    "index": "int",
    "messages": "jsonb",
    "output": "text",
    "withheld": "text",
    "metadata": "jsonb",
    "tokens": "int",
    "cost": "numeric",
    "latency_ms": "int",
    "content_hash": "text",
}
# Narrow rows to decide on; the texts stay where they are until they are inserted.
_PLACE = """
    SELECT r.line, r.external_id AS given_id, r.item_ref, r.generator_ref, r.index AS given_index,
           i.id AS item_id, g.id AS generator_id, NULL::bigint AS known, r.content_hash,
           CASE WHEN r.external_id IS NULL AND r.index IS NULL THEN row_number() OVER (
               PARTITION BY r.item_ref, r.generator_ref, r.external_id IS NULL AND r.index IS NULL
               ORDER BY r.line) - 1 ELSE r.index END AS index,
           r.external_id
    FROM incoming_response r
    JOIN incoming_generator g ON g.ref = r.generator_ref
    LEFT JOIN labeling_item i ON i.project_id = %s AND i.external_id = r.item_ref
"""
_DERIVE_ID = """
    UPDATE placed_response p SET external_id = p.item_ref || '/' || g.label || '/' || p.index
    FROM incoming_generator g WHERE g.ref = p.generator_ref AND p.given_id IS NULL
"""
_FIND_BY_ID = """
    UPDATE placed_response p SET known = r.id, index = coalesce(p.index, r.index)
    FROM labeling_response r
    WHERE r.project_id = %s AND p.given_id IS NOT NULL AND r.external_id = p.given_id
"""
_FIND_BY_INDEX = """
    UPDATE placed_response p SET known = r.id FROM labeling_response r
    WHERE p.given_id IS NULL AND r.item_id = p.item_id AND r.generator_id = p.generator_id
        AND r.index = p.index
"""
# A response with an id but without index takes the next one that is free.
_COUNT_ON = """
    WITH taken AS (
        SELECT item_id, generator_ref, max(index) AS top FROM (
            SELECT item_id, generator_ref, index FROM placed_response WHERE index IS NOT NULL
            UNION ALL
            SELECT r.item_id, g.ref, r.index FROM labeling_response r
            JOIN incoming_generator g ON g.id = r.generator_id
            WHERE r.item_id IN (SELECT item_id FROM placed_response WHERE index IS NULL)
        ) both_sides GROUP BY 1, 2
    ), first AS (
        SELECT given_id, item_id, generator_ref, min(line) AS line FROM placed_response
        WHERE index IS NULL GROUP BY 1, 2, 3
    ), counted AS (
        SELECT f.given_id, f.item_id, f.generator_ref, coalesce(t.top, -1) + row_number() OVER (
            PARTITION BY f.item_id, f.generator_ref ORDER BY f.line) AS index
        FROM first f LEFT JOIN taken t USING (item_id, generator_ref)
    )
    UPDATE placed_response p SET index = c.index FROM counted c
    WHERE p.index IS NULL AND (p.given_id, p.item_id, p.generator_ref)
        = (c.given_id, c.item_id, c.generator_ref)
"""
_SAME = """
    EXISTS (SELECT 1 FROM labeling_response r WHERE r.id = p.known
            AND r.content_hash = p.content_hash AND r.index = coalesce(p.given_index, r.index))
"""
_INDEX_TAKEN = """
    EXISTS (SELECT 1 FROM labeling_response r WHERE r.item_id = p.item_id
            AND r.generator_id = p.generator_id AND r.index = p.index)
"""
_ID_TAKEN = """
    EXISTS (SELECT 1 FROM labeling_response r WHERE r.project_id = %s
            AND r.external_id = p.external_id)
"""
_INSERT = """
    INSERT INTO labeling_response (project_id, item_id, generator_id, index, external_id, messages,
        output, withheld, tokens, cost, latency_ms, metadata, content_hash)
    SELECT %s, p.item_id, g.id, p.index, p.external_id, r.messages,
           r.output, r.withheld, r.tokens, r.cost, r.latency_ms, r.metadata, r.content_hash
    FROM placed_response p JOIN incoming_response r USING (line)
    JOIN incoming_generator g ON g.ref = p.generator_ref ORDER BY p.line
"""

NO_ITEM = gettext_noop("`%(id)s` is not an item of this project")
TOO_LONG = gettext_noop("is missing, and one put together would have over %(most)s characters")
CHANGED = gettext_noop("`%(id)s` is in the project with other content")
INDEX_REPEATED = gettext_noop(
    "this index of the generator at the item stands on line %(line)s already, with other content"
)
OTHER_INDEX = gettext_noop("`%(index)s` belongs to another response of the generator to this item")
OTHER_ID = gettext_noop("`%(id)s` belongs to another response; give an `id` of its own")


def load_responses(loading: Loading, path: Path) -> Counts:
    """Take the file's new responses, with the generators they name."""
    cursor, project = loading.cursor, loading.project.pk
    generators = Generators(loading)
    staging.fresh(cursor, TABLE, COLUMNS)
    staging.copy(cursor, TABLE, COLUMNS, _lines(loading, path, generators))
    loading.faults.flush()
    generators.stage()
    staging.fresh_from(cursor, PLACED, _PLACE, [project])
    _place(loading)
    same = _settle(loading)
    generators.write_used(PLACED)
    cursor.execute(_INSERT, [project])
    return Counts(cursor.rowcount, same, loading.faults.bad_lines("responses"))


def _lines(loading: Loading, path: Path, generators: Generators) -> Iterator[tuple[Any, ...]]:
    parse = partial(_parse, generators)
    return loading.lines("responses", path, parse)


def _parse(
    generators: Generators, data: dict[str, Any], problems: list[Problem]
) -> tuple[Any, ...] | None:
    line = read_response(data, problems)
    if line is None:
        return None
    return (*line[:2], generators.ref(line.generator, problems), *line[3:])


def _place(loading: Loading) -> None:
    """Give every line its item, index and id, and the response it means if there is one."""
    reject = partial(settling.reject, loading, "responses")
    reject("item_id", PLACED, "p.item_id IS NULL", NO_ITEM, id="p.item_ref")
    loading.cursor.execute(_FIND_BY_ID, [loading.project.pk])
    loading.cursor.execute(_FIND_BY_INDEX)
    loading.cursor.execute(_COUNT_ON)
    loading.cursor.execute(_DERIVE_ID)
    reject("id", PLACED, f"length(p.external_id) > {ID_LENGTH}", TOO_LONG, most=str(ID_LENGTH))


def _settle(loading: Loading) -> int:
    """Take out what is known or in conflict; how many lines were known."""
    reject = partial(settling.reject, loading, "responses")
    same = settling.drop(loading, PLACED, _SAME)
    reject("id", PLACED, "p.known IS NOT NULL", CHANGED, id="p.external_id")
    content = "row(p.content_hash, coalesce(p.given_index, -1))::text"
    repeats = partial(settling.drop_repeats, loading, "responses", table=PLACED, content=content)
    same += repeats(field="id", identity="external_id", message=REPEATED)
    repeats(
        field="index",
        identity="item_id, generator_ref, index",
        message=INDEX_REPEATED,
        content="p.external_id",
    )
    reject("index", PLACED, _INDEX_TAKEN, OTHER_INDEX, index="p.index")
    reject("id", PLACED, _ID_TAKEN, OTHER_ID, loading.project.pk, id="p.external_id")
    return same
