from evals.gaps.cautions import Chance
from evals.gaps.funnel import select
from evals.gaps.rule import Rule, parse_rule
from tests.unit.gaps.pools import binary, model, pool


def warnings(criteria=None, rule=None, chance=None, letters="NNN", count=2):
    criteria = criteria or [binary("a")]
    responses = [model(f"r{n}", f"i{n}") for n in range(count)]
    ratings = {response.id: [letters] * len(criteria) for response in responses}
    found = pool(criteria, responses, ratings, {response.id: 0.0 for response in responses})
    return " ".join(select(rule or Rule(), found, chance=chance).warnings)


def test_agreement_that_chance_explains_is_called_prevalence():
    # 20 units observed; 19 by chance is 95 % of it, 17 only 85 %
    assert (
        'Most of this "agreement" is prevalence: 20 units are unanimous at the lowest level, '
        "19 would be by chance (p 0.046)."
    ) in warnings(count=20, chance=Chance(None, 19.2, 0.0459))
    assert "prevalence" not in warnings(count=20, chance=Chance(None, 17.0, 0.001))
    assert "prevalence" not in warnings(count=20)


def test_one_set_of_labels_for_both_sides_is_said():
    assert "Same-labels difficulty" in warnings()
    graded = parse_rule({"low": {"by": "grade", "grader": "judge"}})
    assert "Same-labels" not in warnings(rule=graded)


def test_criteria_that_tell_nothing_apart_are_named():
    said = warnings([binary("a", slice_alpha_low=-0.1), binary("b", slice_alpha_low=0.2)])
    assert "lower bound of alpha is 0 or less for a;" in said
    assert "Alpha on the generator kinds is not known for a;" in warnings(
        [binary("a", slice_alpha_low=None)]
    )


def test_too_few_units_on_one_side_are_counted():
    said = warnings(count=12)
    assert "Fewer than 10 clear met units: a (0)." in said
    assert "unmet" not in said


def test_a_gate_left_out_by_the_rule_is_named():
    criteria = [binary("a"), binary("g", gate=True)]
    said = warnings(criteria, parse_rule({"criteria": ["a"]}))
    assert "The rule leaves out gates of the rubric: g." in said


def test_an_empty_selection_and_an_empty_validation_file_are_said():
    assert "nothing can be exported" in warnings(letters="YYY")
    assert "validation file will be empty" in warnings(count=1)
    assert "validation file" not in warnings(count=2)


def test_items_on_which_nothing_earns_anything_are_counted():
    said = warnings(count=3)
    assert "On 3 of 3 items that are in, no response earns anything." in said
    assert "no response earns anything" not in warnings(letters="YYY")
