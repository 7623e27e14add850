"""A rubric as JSON and back, and what its two hashes notice."""

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.spec import content_hash, measurement, parse_rubric, structure_hash, to_json
from labeling.strict_json import dumps, loads

SHARED = Path(os.environ.get("RS_SHARED") or Path(__file__).resolve().parents[3] / ".." / "shared")

RUBRIC = {
    "title": "Refunds",
    "description": "What a good answer to a refund request does.",
    "guidelines": "Read the policy first.",
    "criteria": [
        {"criterion": "Cites clause 4.2.", "points": 3, "tags": ["policy"]},
        {"key": "leak", "name": "Leak", "criterion": "Tells another customer's data.",
         "points": -4, "gate": True, "path": ["Safety"], "dimension": "policy compliance",
         "check": {"type": "string_check", "threshold": 0.5}},
        {"key": "tone", "name": "Tone", "criterion": "How kind?", "points": 2.5, "pass_at": 2,
         "scale": {"type": "ordinal", "levels": [
             {"value": 1, "label": "Cold", "anchor": "No greeting", "example": "Denied."},
             {"value": 2, "label": "Fair"}, {"value": 4, "label": "Warm"}]}},
        {"key": "kind", "name": "Kind", "criterion": "Which?", "points": 1,
         "scale": {"type": "nominal", "levels": [
             {"value": 1, "label": "Full", "credit": 1},
             {"value": 2, "label": "Part", "credit": 0.333333}]}},
        {"key": "length", "name": "Length", "criterion": "How long?", "points": None,
         "scale": {"type": "interval", "min": 0, "max": 10, "step": 0.25}},
    ],
}  # fmt: skip


def changed(position: int, **changes: object):
    spec = parse_rubric(RUBRIC)
    criteria = list(spec.criteria)
    criteria[position] = replace(criteria[position], **changes)
    return replace(spec, criteria=tuple(criteria))


def test_what_is_written_reads_as_the_same_rubric():
    spec = parse_rubric(RUBRIC)
    assert parse_rubric(to_json(spec)) == spec
    # Every other JSON writer and reader may stand between.
    assert parse_rubric(json.loads(json.dumps(to_json(spec)))) == spec
    assert content_hash(parse_rubric(json.loads(json.dumps(to_json(spec))))) == content_hash(spec)


NUMBERS = st.decimals(-99_999_999, 99_999_999, places=6)


@given(NUMBERS.filter(bool), st.lists(NUMBERS, min_size=2, max_size=6, unique=True))
def test_every_number_the_database_holds_survives_json(points, values):
    levels = [{"value": value, "label": f"L{at}"} for at, value in enumerate(values)]
    scale = {"type": "ordinal", "levels": levels}
    data = {"title": "T", "criteria": [{"criterion": "x", "points": points, "scale": scale}]}
    spec = parse_rubric(data)
    again = parse_rubric(loads(dumps(to_json(spec)), max_bytes=100_000))
    assert again == spec
    assert content_hash(again) == content_hash(spec)


def test_content_hash_is_pinned():
    # Hashes stand in databases and manifests: a change here breaks what was published.
    # The hash is what sha256sum makes of the text below.
    spec = parse_rubric({"title": "T", "criteria": [{"criterion": "Is it so?", "points": 1}]})
    assert dumps(to_json(spec)) == (
        '{"criteria":[{"criterion":"Is it so?","key":"is-it-so","name":"Is it so?","points":1,'
        '"scale":{"levels":[{"credit":0,"label":"Not met","value":0},'
        '{"credit":1,"label":"Met","value":1}],"type":"binary"}}],"title":"T"}'
    )
    assert content_hash(spec) == "fc8092986bbe67bce5c8c629250da9c795e1e8a7a4b66c225a63f36d0f59ed48"


def test_spelling_of_numbers_changes_no_hash():
    spec = changed(2, points=Decimal("2.500"))
    assert content_hash(spec) == content_hash(parse_rubric(RUBRIC))
    assert structure_hash(spec) == structure_hash(parse_rubric(RUBRIC))


@pytest.mark.parametrize(
    ("position", "changes"),
    [(0, {"criterion": "Cites 4.2."}), (0, {"name": "Clause"}), (1, {"guidance": "Look twice."}),
     (1, {"tags": ("a",)}), (1, {"check": None}), (1, {"check": {}}), (2, {"dimension": "style"})],
)  # fmt: skip
def test_wording_changes_the_content_only(position, changes):
    spec = changed(position, **changes)
    assert content_hash(spec) != content_hash(parse_rubric(RUBRIC))
    assert structure_hash(spec) == structure_hash(parse_rubric(RUBRIC))


def test_wording_of_levels_and_order_of_criteria_change_the_content_only():
    spec = parse_rubric(RUBRIC)
    scale = spec.criteria[2].scale
    reworded = replace(scale, levels=(replace(scale.levels[0], label="Icy"), *scale.levels[1:]))
    for other in (changed(2, scale=reworded), replace(spec, criteria=spec.criteria[::-1])):
        assert content_hash(other) != content_hash(spec)
        assert structure_hash(other) == structure_hash(spec)


@pytest.mark.parametrize(
    ("position", "changes"),
    [(0, {"points": Decimal(4)}), (0, {"points": None}), (0, {"key": "clause"}),
     (1, {"gate": False}), (2, {"pass_at": Decimal(4)})],
)  # fmt: skip
def test_what_counts_changes_the_structure(position, changes):
    assert structure_hash(changed(position, **changes)) != structure_hash(parse_rubric(RUBRIC))


def test_a_credit_stated_as_the_line_gives_it_is_the_same_structure():
    # 1, 2, 4: the middle one is worth (2 - 1) / (4 - 1), stated .5 it differs
    scale = parse_rubric(RUBRIC).criteria[2].scale
    low, middle, high = scale.levels
    ends = (replace(low, credit=Decimal(0)), middle, replace(high, credit=Decimal(1)))
    half = (low, replace(middle, credit=Decimal("0.5")), high)
    same, other = (changed(2, scale=replace(scale, levels=levels)) for levels in (ends, half))
    assert structure_hash(same) == structure_hash(parse_rubric(RUBRIC))
    assert structure_hash(other) != structure_hash(parse_rubric(RUBRIC))


def test_how_agreement_is_measured_follows_the_scale():
    found = [measurement(criterion.scale) for criterion in parse_rubric(RUBRIC).criteria]
    assert found == ["nominal", "nominal", "ordinal", "nominal", "interval"]


def test_real_healthbench_criteria_are_read_and_kept():
    path = SHARED / "examples" / "rubrics" / "healthbench.jsonl"
    if not path.exists():
        pytest.skip("the shared examples are not here")
    record = loads(path.read_bytes().splitlines()[0], max_bytes=100_000)
    spec = parse_rubric({"title": "T", "criteria": record["rubrics"]})
    assert [criterion.points for criterion in spec.criteria] == [5, 3, -4]
    assert parse_rubric(to_json(spec)) == spec
