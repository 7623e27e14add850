"""Any rubric of ours through any format, drawn by chance."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.rubric_formats import FORMATS, candidates, parse, read, same_reward, write, written
from labeling.spec import RubricSpec, parse_rubric

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(
    str.strip
)
POINTS = st.integers(-50, 50).filter(bool) | st.sampled_from([0.5, 2.25, -1.5])


@st.composite
def rubrics(draw: st.DrawFn) -> RubricSpec:
    """Rubrics of ours, with all that a format may or may not carry."""
    criteria = []
    for at in range(draw(st.integers(1, 5))):
        points = draw(st.none() | POINTS)
        one: dict[str, object] = {"key": f"c{at}", "criterion": draw(TEXT), "points": points}
        kind = draw(st.sampled_from(["binary", "ordinal", "nominal", "interval"]))
        if kind == "interval":
            one["scale"] = {"type": kind, "min": 0, "max": draw(st.integers(1, 9)), "step": 1}
        elif kind != "binary":
            levels = [{"value": n, "label": f"L{n}"} for n in range(draw(st.integers(2, 4)))]
            if kind == "nominal":
                levels = [{**level, "credit": n / 10} for n, level in enumerate(levels)]
            one["scale"] = {"type": kind, "levels": levels}
        for name in ("guidance", "name"):
            if draw(st.booleans()):
                one[name] = draw(TEXT)
        one["tags"], one["path"] = (
            draw(st.lists(TEXT, max_size=2)),
            draw(st.lists(TEXT, max_size=2)),
        )
        criteria.append(one)
    criteria[0]["points"] = abs(criteria[0]["points"] or 1)
    return parse_rubric({"title": draw(TEXT), "criteria": criteria})


@settings(max_examples=100)
@given(rubrics())
def test_ours_in_both_syntaxes_says_all_of_it(spec):
    for form in FORMATS[:2]:
        assert read(parse(written(write(spec, form), form)), form) == spec


@settings(max_examples=100)
@given(rubrics(), st.sampled_from([form for form in FORMATS if form.slug != "biggen"]))
def test_what_is_written_is_known_by_its_shape_and_written_again_the_same(spec, form):
    document = parse(written(write(spec, form), form))
    assert form.slug.removesuffix("-yaml") in [each.slug for each in candidates(document)]
    again = read(document, form)
    assert isinstance(again, RubricSpec)
    assert json.dumps(write(again, form)) == json.dumps(document)


@settings(max_examples=100)
@given(rubrics())
def test_met_or_not_is_paid_alike_in_formats_that_have_points(spec):
    met = [one for one in spec.criteria if one.scale.type == "binary"]
    spec = replace(spec, criteria=tuple(met))
    if not any(one.points and one.points > 0 for one in met):
        return
    for slug in ("healthbench", "rubrics-as-rewards", "autorubric"):
        assert same_reward(spec, next(form for form in FORMATS if form.slug == slug))
