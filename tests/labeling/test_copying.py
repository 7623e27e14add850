"""Criteria written by COPY and row by row: no column is left out, both say the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labeling import authoring
from labeling.authoring import copying, single_rows
from labeling.models import Criterion, Level, RubricVersion
from tests.labeling.rubric_specs import three_scales

pytestmark = pytest.mark.django_db


def test_both_ways_of_writing_a_criterion_fill_every_column(project, carol):
    columns = {field.column for field in Criterion._meta.concrete_fields}
    assert set(copying.CRITERION) == columns
    assert set(copying.LEVEL) == {field.column for field in Level._meta.concrete_fields}
    spec = three_scales(needs_rationale=True, expertise=["law"], extra={"x": [1.5, 'a"\\\n\t']})
    rubric = authoring.create_rubric(project, "Refunds", by=carol, spec=spec)
    draft = rubric.versions.get()
    rows = draft.criteria.order_by("position")
    # Written again row by row, each says what COPY wrote.
    for row, said in zip(rows, spec.criteria, strict=True):
        single_rows.overwrite(draft, row, replace(said, name="Other"))
        single_rows.overwrite(draft, row, said)
    assert authoring.spec_of(RubricVersion.objects.get(pk=draft.pk)).criteria == spec.criteria
