"""Every kind of change, told apart, and what becomes of the labels there are."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from labeling.revising import Change, Fate, compare, possible_fates, usual_fate, why_not_carried
from labeling.revising import fields as told
from labeling.spec import (
    CriterionSpec,
    LevelSpec,
    RubricSpec,
    ScaleSpec,
    ScaleType,
    WeightClass,
)
from tests.unit.revising.rubrics import (
    ADMITS,
    BINARY,
    CITES,
    LENGTH,
    POLITE,
    SHORT,
    TONE,
    rubric,
    scale_of,
)

C = Change
REVERSED = ScaleSpec(
    ScaleType.BINARY,
    (
        LevelSpec(Decimal(0), "Not met", credit=Decimal(1)),
        LevelSpec(Decimal(1), "Met", credit=Decimal(0)),
    ),
)
LONGER = replace(TONE, levels=(*TONE.levels, LevelSpec(Decimal(4), "Effusive")))

# What is changed, the kinds that are found, whether labels can go on.
CHANGES: list[tuple[str, CriterionSpec, CriterionSpec, tuple[Change, ...], bool]] = [
    ("nothing", CITES, CITES, (), True),
    ("a comma", CITES, replace(CITES, criterion=CITES.criterion + " "), (C.COSMETIC,), True),
    (
        "a typo in the guidance",
        replace(CITES, guidance="Look for a paragrahp number."),
        CITES,
        (C.COSMETIC,),
        True,
    ),
    (
        "a typo in the criterion",
        replace(CITES, criterion="Names the paragrahp of the policy that decides the case."),
        CITES,
        (C.WORDING,),
        True,
    ),
    ("the key", CITES, replace(CITES, key="quotes"), (C.COSMETIC,), True),
    ("the section", CITES, replace(CITES, path=("Policy",)), (C.COSMETIC,), True),
    ("the name", CITES, replace(CITES, name="Quotes the policy"), (C.WORDING,), True),
    ("the guidance", CITES, replace(CITES, guidance=""), (C.WORDING,), True),
    ("a label", POLITE, replace(POLITE, scale=scale_of(TONE, 0, label="Rude")), (C.WORDING,), True),
    (
        "an anchor",
        POLITE,
        replace(POLITE, scale=scale_of(TONE, 0, anchor="Insults.")),
        (C.WORDING,),
        True,
    ),
    (
        "an anchor of an interval",
        SHORT,
        replace(SHORT, scale=replace(LENGTH, levels=())),
        (C.WORDING,),
        True,
    ),
    ("NA is no answer", CITES, replace(CITES, allow_na=False), (C.WORDING,), True),
    ("a reason is asked", CITES, replace(CITES, needs_rationale=True), (C.WORDING,), True),
    ("evidence is asked", CITES, replace(CITES, needs_evidence=True), (C.WORDING,), True),
    ("who may judge", CITES, replace(CITES, expertise=("law",)), (C.WORDING,), True),
    ("kept of a format", CITES, replace(CITES, extra={"id": 7}), (C.COSMETIC,), True),
    (
        "how much it matters",
        CITES,
        replace(CITES, weight_class=WeightClass.OPTIONAL),
        (C.WEIGHT,),
        True,
    ),
    ("the points", CITES, replace(CITES, points=Decimal(1)), (C.WEIGHT,), True),
    ("the sign", CITES, replace(CITES, points=Decimal(-5)), (C.WEIGHT,), True),
    ("a gate", CITES, replace(CITES, gate=True, pass_at=Decimal(1)), (C.WEIGHT,), True),
    (
        "a credit",
        POLITE,
        replace(POLITE, scale=scale_of(TONE, 1, credit=Decimal("0.75"))),
        (C.WEIGHT,),
        True,
    ),
    (
        # (2 - 1) / (3 - 1) = 0.5 is what it earned anyway
        "a credit said out loud",
        POLITE,
        replace(POLITE, scale=scale_of(TONE, 1, credit=Decimal("0.5"))),
        (C.COSMETIC,),
        True,
    ),
    ("the type", CITES, replace(CITES, scale=TONE), (C.SCALE,), False),
    ("a level more", POLITE, replace(POLITE, scale=LONGER), (C.SCALE,), False),
    ("a level less", replace(POLITE, scale=LONGER), POLITE, (C.SCALE,), False),
    (
        "two labels swapped",
        POLITE,
        replace(POLITE, scale=scale_of(scale_of(TONE, 0, label="Warm"), 2, label="Curt")),
        (C.SCALE, C.WORDING),
        False,
    ),
    (
        "the good end",
        CITES,
        replace(CITES, scale=REVERSED),
        (C.SCALE, C.WEIGHT),
        False,
    ),
    (
        "the bounds",
        SHORT,
        replace(SHORT, scale=replace(LENGTH, max=Decimal(5))),
        (C.SCALE,),
        False,
    ),
    ("the steps", SHORT, replace(SHORT, scale=replace(LENGTH, step=None)), (C.SCALE,), False),
    (
        "wording and weight at once",
        CITES,
        replace(CITES, criterion="Cites the paragraph and the page.", points=Decimal(3)),
        (C.WORDING, C.WEIGHT),
        True,
    ),
]


@pytest.mark.parametrize(
    ("before", "after", "kinds", "goes_on"),
    [case[1:] for case in CHANGES],
    ids=[case[0] for case in CHANGES],
)
def test_each_change_is_of_its_kind_and_settles_whether_labels_go_on(
    before: CriterionSpec, after: CriterionSpec, kinds: tuple[Change, ...], goes_on: bool
):
    (found,) = compare(rubric(before), rubric(after)).criteria
    assert (found.before, found.after, found.changes) == (before, after, kinds)
    assert (Fate.CARRY in possible_fates(found)) is goes_on
    assert usual_fate(found) == (Fate.CARRY if goes_on else Fate.ASK)
    assert bool(why_not_carried(found)) is not goes_on


def test_an_added_criterion_is_asked_and_a_removed_one_keeps_its_old_place():
    found = compare(rubric(CITES, SHORT), rubric(POLITE, CITES))
    assert [(one.spec.key, one.changes) for one in found.criteria] == [
        ("polite", (C.ADDED,)),
        ("cites", ()),
        ("short", (C.REMOVED,)),
    ]
    assert possible_fates(found.criterion("polite")) == (Fate.ASK, Fate.FRESH)
    assert [one.spec.key for one in found.of(C.REMOVED)] == ["short"]


def test_a_criterion_that_left_its_neighbours_is_reordered_and_they_are_not():
    found = compare(rubric(CITES, POLITE, SHORT, ADMITS), rubric(ADMITS, CITES, POLITE, SHORT))
    assert [one.spec.key for one in found.of(C.REORDERED)] == ["admits"]
    assert usual_fate(found.criterion("admits")) == Fate.CARRY


def test_what_is_put_in_between_reorders_nothing():
    found = compare(rubric(CITES, SHORT), rubric(CITES, POLITE, SHORT))
    assert found.of(C.REORDERED) == ()


def test_a_criterion_under_a_new_key_is_known_by_its_words():
    # 8 of 9 words in common: 2 x 8 / (9 + 9) = .89
    renamed = replace(
        CITES,
        key="quotes_policy",
        criterion="Names the paragraph of the policy that settles the case.",
    )
    found = compare(rubric(CITES, SHORT), rubric(SHORT, renamed))
    (one,) = [each for each in found.criteria if each.spec.key == "quotes_policy"]
    assert one.before == CITES
    assert C.WORDING in one.changes
    assert C.COSMETIC in one.changes


def test_of_two_that_are_alike_the_likest_is_taken():
    near = replace(CITES, key="near", criterion=CITES.criterion.replace("decides", "settles"))
    same = replace(CITES, key="same")
    found = compare(rubric(CITES), rubric(near, same))
    assert found.criterion("near").before is None
    assert found.criterion("same").before == CITES


def test_another_criterion_under_a_new_key_is_new():
    found = compare(rubric(CITES), rubric(ADMITS))
    assert [one.changes for one in found.criteria] == [(C.ADDED,), (C.REMOVED,)]


def test_the_reasons_are_words_for_people():
    def said(before: CriterionSpec, after: CriterionSpec) -> str:
        return why_not_carried(compare(rubric(before), rubric(after)).criteria[0])

    assert said(CITES, replace(CITES, scale=TONE)) == (
        "Labels cannot go on: the scale was binary, now it is ordinal."
    )
    assert said(POLITE, replace(POLITE, scale=LONGER)) == (
        "Labels cannot go on: the value 4 is new."
    )
    assert said(SHORT, replace(SHORT, scale=replace(LENGTH, max=Decimal(5), step=None))) == (
        "Labels cannot go on: it went from 0 to 10, now it goes from 0 to 5; the steps were 1,"
        " now they are any."
    )
    assert said(CITES, replace(CITES, scale=REVERSED)) == (
        "Labels cannot go on: the other end of the scale is the good one now."
    )


def test_fields_are_told_with_both_texts():
    after = replace(CITES, criterion="Names the page.", points=None)
    (found,) = compare(rubric(CITES), rubric(after)).criteria
    assert [(one.where, one.change, one.before, one.after) for one in found.fields] == [
        ("Criterion", C.WORDING, CITES.criterion, "Names the page."),
        ("Points", C.WEIGHT, "5", "none"),
    ]


def test_the_rubrics_own_texts_are_compared_too():
    found = compare(rubric(CITES, guidelines="Read all."), rubric(CITES, guidelines="Read twice."))
    assert [(one.where, one.change) for one in found.fields] == [("Guidelines", C.WORDING)]
    assert not found.is_unchanged
    assert compare(rubric(CITES), rubric(CITES)).is_unchanged


def test_no_field_of_a_criterion_is_forgotten():
    looked_at = {*told.WORDING, *told.ASKED, *told.WEIGHT, *told.FILING, "scale"}
    assert {field.name for field in fields(CriterionSpec)} <= looked_at
    known = {*told.RUBRIC, "extra", "criteria"}
    assert {field.name for field in fields(RubricSpec)} <= known


def test_scales_told_in_full_when_their_values_change():
    (found,) = compare(rubric(CITES), rubric(replace(CITES, scale=LENGTH))).criteria
    assert [(one.where, one.before, one.after) for one in found.fields] == [
        ("Scale", "binary: 0 Not met, 1 Met", "interval: 0 to 10 in steps of 1")
    ]
    assert BINARY != LENGTH


def test_a_long_rubric_under_new_keys_is_known_by_equal_words():
    old = [replace(CITES, key=f"c{n}", criterion=f"Names paragraph {n}.") for n in range(300)]
    new = [replace(one, key=f"d{n}") for n, one in enumerate(reversed(old))]
    found = compare(rubric(*old), rubric(*new))
    assert [one.before for one in found.criteria] == list(reversed(old))
