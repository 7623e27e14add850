"""Numbers in words: sentences made from the values, nothing said of what was not measured."""

from dataclasses import replace

from evals.wording import Numbers, Value, readings

NUMBERS = Numbers(
    alpha=Value(0.53, 0.11, 0.88),
    ac1=Value(0.55, 0.2, 0.9),
    percent=0.75,
    prevalence={"Not met": 0.375, "Met": 0.625},
    n_pairable=4,
    unanimous=3,
    expected_unanimous=2.1,
    expected_p=0.4,
    alpha_below_667=0.714,
    alpha_below_800=0.9996,
)


def said(numbers):
    return {one.name: one.text for one in readings(numbers)}


def test_alpha_is_the_disagreement_that_is_left_of_chance():
    # 1 - .53 = 47 %, 1 - .88 = 12 %, 1 - .11 = 89 %
    text = said(NUMBERS)["Alpha"]
    assert "differ 47 % as much as random answers" in text
    assert "between 12 % and 89 %" in text


def test_alpha_below_zero_is_more_than_chance():
    text = said(replace(NUMBERS, alpha=Value(-0.25, None, None)))["Alpha"]
    assert "1.25 times as much" in text
    assert "between" not in text


def test_ordered_scale_speaks_of_distance():
    assert "lie apart 47 %" in said(replace(NUMBERS, is_ordered=True))["Alpha"]


def test_perfect_alpha_says_never():
    assert "never differ" in said(replace(NUMBERS, alpha=Value(1.0, 1.0, 1.0)))["Alpha"]


def test_undefined_alpha_gives_its_reason():
    reason = "Both experts gave the same answer on all 4 shared units"
    assert said(replace(NUMBERS, alpha=Value(undefined=reason)))["Alpha"] == f"{reason}."


def test_within_items_answers_are_dealt_among_the_responses_of_each():
    numbers = replace(NUMBERS, within=Value(0.6, 0.25, 0.9), n_items_within=1_200)
    # 1 - .6 = 40 %, 1 - .9 = 10 %, 1 - .25 = 75 %
    assert said(numbers)["Within items"] == (
        "In the 1,200 items that have two responses or more to compare, experts differ 40 % as much"
        " as if the answers of an item were dealt anew among its responses. Other items like these"
        " would put it between 10 % and 75 %."
    )


def test_within_items_an_interval_that_reaches_chance_is_no_signal():
    numbers = replace(NUMBERS, within=Value(0.3, -0.1, 0.7), n_items_within=8, is_ordered=True)
    text = said(numbers)["Within items"]
    assert "8 items that have" in text
    assert "lie apart 70 %" in text
    assert text.endswith("not shown that they tell one response to an item from another.")


def test_within_items_undefined_gives_its_reason_and_not_measured_says_nothing():
    reason = "No item has two responses that two experts have rated."
    one = replace(NUMBERS, within=Value(undefined=reason))
    assert said(one)["Within items"] == reason
    assert "Within items" not in said(NUMBERS)
    single = replace(NUMBERS, within=Value(1.0), n_items_within=1)
    assert "In the 1 item that has two responses" in said(single)["Within items"]


def test_doubt_is_counted_in_redrawings():
    text = said(NUMBERS)["How sure"]
    assert "71 of 100 redrawings" in text
    assert "more than 99 of 100 under .8" in text
    assert "How sure" not in said(replace(NUMBERS, alpha_below_667=None))


def test_same_answer_stands_beside_what_lopsided_answers_give():
    # .375^2 + .625^2 = .53
    assert (
        "75 of 100 times; two answers to any two responses are the same 53 times"
        in (said(NUMBERS)["Same answer"])
    )


def test_ac1_says_what_it_expects_of_luck():
    # (.75 - .55) / (1 - .55) = .444
    assert "expects luck to make 44 of 100 pairs equal" in said(NUMBERS)["AC1"]


def test_ac1_far_above_alpha_is_explained_by_the_common_answer():
    lopsided = replace(
        NUMBERS,
        alpha=Value(-0.05),
        ac1=Value(0.89),
        percent=0.9,
        prevalence={"Not met": 0.05, "Met": 0.95},
    )
    assert "95 % of the answers are “Met”" in said(lopsided)["AC1"]


def test_unanimous_units_beside_those_of_chance():
    text = said(NUMBERS)["Unanimous"]
    assert "3 of 4 shared responses are unanimous" in text
    assert "would leave about 2, and 400 of 1,000 dealings leave as many" in text
    assert "luck alone may explain them" in text
    rare = said(replace(NUMBERS, expected_p=0.0004))["Unanimous"]
    assert "fewer than 1 of 1,000" in rare
    assert "luck alone" not in rare


def test_answers_that_carry_no_value_are_told_apart():
    text = said(replace(NUMBERS, n_na=1_200, n_cannot_assess=3))["No answer"]
    assert "1,200 “does not apply” and 3 “cannot assess”" in text
    assert "No answer" not in said(NUMBERS)


def test_nothing_shared_says_nothing_of_pairs():
    empty = Numbers(Value(undefined="Nobody has rated here yet"), Value(), None, {}, 0, 0, None)
    assert list(said(empty)) == ["Alpha"]
