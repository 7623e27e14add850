"""The order that weights give, beside the experts' own."""

from django.urls import reverse

from labeling.models import Batch
from tests import factories
from tests.web.scored import THREE, criterion, stage
from tests.web.scoring.pages import TABLE, url


def test_order_that_weights_give(author, scored):
    page = author.get(url("rubric_scoring_order", scored.project))
    made = page.context["made"]
    # r1 > r2 > r3 in i, r4 > r5 in j
    assert (made.n_pairs, made.is_possible) == (4, True)
    assert "Weights can put all 4 pairs in the experts’ order" in page.text
    # r4 and r5 are both cut to 0
    assert (made.present.right, made.present.tied) == (3, 1)
    assert page.context["chosen"].key == "overall"


MISSING = """
r1 i 1 0 0 5
r2 i 0 1 0 1
r3 j 0 1 0 4
r4 j 1 0 0 2
r5 k 1 1 0 4
r6 k 1 1 0 3
"""


def test_missing_criterion_is_shown_with_its_sum(author, project, ana):
    made = stage(project, [ana], MISSING, state=Batch.State.CLOSED)
    page = author.get(url("rubric_scoring_order", project))
    assert "No weighting of these criteria puts all 3 pairs in the experts’ order" in page.text
    assert "A criterion is missing" in page.text
    (proof,) = page.context["together"]
    assert [one.response.id for one in proof.letters] == ["r1", "r2", "r3", "r4"]
    assert proof.formula == "(A − B) + (C − D)"
    # accurate: (1 - 0) + (0 - 1) = 0; polite: (0 - 1) + (1 - 0) = 0
    assert [(one.name, one.terms, one.total) for one in proof.lines] == [
        ("Accurate", "(1 − 0) + (0 − 1)", "0"),
        ("Polite", "(0 − 1) + (1 − 0)", "0"),
    ]
    assert proof.equal == 1
    assert proof.size == "2 pairs, and no fewer do it: this is proved."
    (alone,) = page.context["alone"]
    assert (alone.title, alone.count) == ("The criteria cannot tell these two apart", 1)
    assert [(one.better.response.id, one.worse.response.id) for one in alone.pairs] == [
        ("r5", "r6")
    ]
    # the points of now put one of the two right, as any do
    assert "No better weights were found than those of now: 1 of 3 pairs" in page.text
    item = reverse("item", args=[project.slug, made.responses["r1"].item_id])
    assert f'href="{item}"' in page.text


def test_author_picks_what_the_experts_order_is(author, project, ana):
    scale = THREE[-1]["scale"]
    criteria = (criterion("good"), criterion("ease", None, scale=scale), THREE[-1])
    stage(project, [ana], "r1 i 1 1 5\nr2 i 0 4 2", *criteria, state=Batch.State.CLOSED)
    usual = author.get(url("rubric_scoring_order", project))
    assert usual.context["chosen"].key == "overall"
    assert usual.context["made"].is_possible
    asked = author.get(url("rubric_scoring_order", project, overall="ease"))
    assert asked.context["chosen"].key == "ease"
    assert not asked.context["made"].is_possible


def test_what_experts_said_before_the_criteria_is_their_order(author, project, ana, ben):
    overalls = {"r1": 5, "r2": 1}
    table = "r1 i 1\nr2 i 0\nr3 i 1"
    good = criterion("good")
    stage(project, [ana, ben], table, good, overalls=overalls, state=Batch.State.CLOSED)
    page = author.get(url("rubric_scoring_order", project))
    assert page.context["chosen"].key == "_overall"
    # one pair: r3 was not asked for an overall
    made = page.context["made"]
    assert (made.n_pairs, made.is_possible, page.context["judged"]) == (1, True, 2)
    assert "On the whole, said before the criteria" in page.text


def test_labels_given_in_different_ways_are_not_pooled_in_silence(author, project, ana, ben):
    made = stage(project, [ana], "r1 i 1\nr2 i 0", criterion("good"), state="closed")
    page = author.get(url("rubric_scoring", project))
    assert "different ways" not in page.text
    responses = list(made.responses.values())
    grid = factories.batch(made.version, responses, name="Grids", way="grid", state="closed")
    factories.rating(factories.seat(grid, responses[0], ben), {"good": 1})
    page = author.get(url("rubric_scoring", project))
    told = (
        "Ratings given in different ways are put together here, and the way of rating moves"
        f" judgements: one response at a time in “{made.batch.name}”; responses of an item side"
        " by side in “Grids”"
    )
    assert told in page.text


def test_rubric_without_overall_score_says_how_to_get_one(author, project, ana):
    stage(project, [ana], "r1 i 1\nr2 i 0", criterion("good"), state=Batch.State.CLOSED)
    page = author.get(url("rubric_scoring_order", project))
    assert "Experts have given no overall score" in page.text
    assert "made" not in page.context


def test_experts_who_tie_leave_their_response_out(author, project, ana, ben):
    made = stage(project, [ana], TABLE, overlap=2)
    seat = factories.seat(made.batch, made.responses["r1"], ben, 2)
    factories.rating(seat, {"accurate": 0, "polite": 1, "invents": 0, "overall": 4})
    page = author.get(url("rubric_scoring", project))
    assert page.context["undefined"] == [("the experts tie on a criterion", 1)]
    # without r1: (5 + 2) / 7 / 4
    stats = {one["label"]: one["value"] for one in page.context["stats"]}
    assert stats["Mean reward"] == "0.25"
