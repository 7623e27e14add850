"""What a seat, a rating and a score refer to is held by the database within composite keys."""

import pytest
from django.db import connection, models

from labeling.models import Assignment, Rating, Score

HELD_BY_MORE = [
    field
    for model in (Assignment, Rating, Score)
    for field in model._meta.concrete_fields
    if isinstance(field, models.ForeignKey) and not field.db_constraint
]
TABLES_AND_COLUMNS = """
    SELECT c.confrelid::regclass::text,
        array(SELECT a.attname::text FROM unnest(c.conkey) k
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k)
    FROM pg_constraint c WHERE c.contype = 'f' AND c.convalidated AND c.conrelid = %s::regclass
"""


def foreign_keys(table):
    with connection.cursor() as cursor:
        cursor.execute(TABLES_AND_COLUMNS, [table])
        return cursor.fetchall()


def columns_that_may_be_null(model):
    return {field.column for field in model._meta.concrete_fields if field.null}


def test_seats_ratings_and_scores_are_held_so():
    """3 of a seat, 5 of a rating, 9 of a score."""
    assert len(HELD_BY_MORE) == 17


@pytest.mark.parametrize("field", HELD_BY_MORE, ids=str)
def test_a_composite_key_leads_where_the_reference_says(field, db):
    """A key with an empty column is not checked: only the reference's own may be empty.

    A rater or a batch of a score lies in its seat, whose own reference the database holds.
    """
    table, target = field.model._meta.db_table, field.related_model._meta.db_table
    optional = columns_that_may_be_null(field.model) - {field.column}
    whole = [
        (to, columns)
        for to, columns in foreign_keys(table)
        if field.column in columns and not optional & set(columns)
    ]
    through = [to for to, columns in whole if leads(to, field.column, target)]
    assert through, (field, whole)


def leads(table, column, target):
    """Whether a key to this table ends at the target: itself, or by its column of that name."""
    if table == target:
        return True
    return any(to == target and column in columns for to, columns in foreign_keys(table)) or any(
        column in columns and leads(to, column, target)
        for to, columns in foreign_keys(table)
        if to != table
    )
