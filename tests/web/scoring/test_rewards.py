"""The pages about a rubric's scoring: rewards, response by response, and what counts in them."""

from xml.etree import ElementTree

import pytest
from django.urls import reverse

from labeling import authoring, rating
from labeling.models import Batch
from tests import factories
from tests.web.scored import THREE, criterion, spec, stage
from tests.web.scoring.pages import PAGES, TABLE, url

SVG = "{http://www.w3.org/2000/svg}"


def test_rewards_of_the_labelled_responses(author, scored):
    page = author.get(url("rubric_scoring", scored.project))
    assert page.status_code == 200
    context = page.context
    stats = {one["label"]: one["value"] for one in context["stats"]}
    # (7 + 5 + 2 + 0 + 0) / 7 / 5 = .4
    assert stats["Mean reward"] == "0.40"
    # 0, 0 and 1 of five
    assert stats["At 0 or 1"] == "60 %"
    assert "Too many rewards are the same" in page.text
    # 2/7 = .29 and 5/7 = .71
    assert [count for _, count in context["tenths"]] == [2, 0, 1, 0, 0, 0, 0, 1, 0, 1]
    assert "5 labelled responses" in page.text


def test_what_each_criterion_adds_stands_as_exact_fractions(author, scored):
    context = author.get(url("rubric_scoring", scored.project)).context
    rows = {row.name: row for row in context["criteria"]}
    # accurate 2 of 5 x 5/7, polite 3 of 5 x 2/7, invents 1 of 5 x -4/7
    assert [rows[name].exact for name in ("Accurate", "Polite", "Invents")] == [
        "2/7",
        "6/35",
        "−4/35",
    ]
    # of 2/7 + 6/35 - 4/35 = 12/35
    assert [rows[name].share_of_mean for name in rows] == ["83 %", "50 %", "−33 %"]
    assert rows["Invents"].weight_class == "pitfall"


def test_chart_stands_in_the_page_and_as_a_file(author, scored):
    page = author.get(url("rubric_scoring", scored.project))
    assert page.text.count('role="img"') == 2
    for chart in ("rewards", "parts"):
        slugs = [scored.project.slug, scored.rubric.slug, chart]
        answer = author.get(reverse("rubric_scoring_chart", args=slugs))
        assert answer.headers["Content-Type"] == "image/svg+xml"
        drawn = ElementTree.fromstring(answer.content)
        assert drawn.tag == f"{SVG}svg"
        assert drawn.find(f"{SVG}title").text
        assert not any("style" in mark.attrib for mark in drawn.iter())
    slugs[-1] = "nothing"
    assert author.get(reverse("rubric_scoring_chart", args=slugs)).status_code == 404


def test_other_weights_say_which_pairs_change(author, scored):
    context = author.get(url("rubric_scoring", scored.project)).context
    # three pairs in i, one in j
    assert context["pairs"] == "4 pairs of responses to one item"
    optional = next(row for row in context["steps"] if row.weight_class == "important")
    # polite is 2 of 5, two fifths: important, and essential has 5: x 5/2, so r2 and r3 both have 5,
    # and r5 has 5 - 4, no longer 0 as r4
    assert optional.both[0].factor == "× 5/2"
    assert optional.both[0].changed == "1 now equal, 1 no longer equal"
    assert {name: more for name, more, _ in context["moved"]}["Polite"] == optional.both[0].changed


def test_every_reward_with_its_parts(author, scored):
    page = author.get(url("rubric_scoring_responses", scored.project))
    rows = {row.response.id: row for row in page.context["rows"]}
    assert [rows[name].exact for name in ("r1", "r2", "r3", "r4", "r5")] == [
        "1",
        "5/7",
        "2/7",
        "0",
        "0",
    ]
    assert rows["r5"].parts == [("Polite", "2/7", "0.286"), ("Invents", "−4/7", "−0.571")]
    assert rows["r5"].note == "cut from −0.286"
    assert rows["r4"].parts == []
    item = reverse("item", args=[scored.project.slug, scored.responses["r1"].item_id])
    assert item in page.text


def test_rewards_are_turned_over_in_pages(author, project, ana):
    table = "\n".join(f"r{n:02} i{n} 1 0 0 3" for n in range(30))
    stage(project, [ana], table, state=Batch.State.CLOSED)
    second = author.get(url("rubric_scoring_responses", project, page=2))
    assert len(second.context["rows"]) == 5
    assert "26–30 of 30" in second.text


@pytest.mark.parametrize("name", PAGES)
def test_nothing_labelled_yet(author, project, name):
    authoring.publish_spec(project, spec(*THREE), by=None)
    page = author.get(url(name, project))
    assert page.status_code == 200
    assert "No labelled responses yet" in page.text


@pytest.mark.parametrize("name", PAGES)
def test_no_criterion_pays(author, project, ana, name):
    criteria = (criterion("good", None), criterion("bad", -1))
    rubric = authoring.create_rubric(
        project, "Refund quality", by=factories.user("pat"), spec=spec(*criteria)
    )
    assert "No criterion pays" in author.get(url(name, rubric.project)).text


def test_responses_of_models_come_first_and_others_on_demand(author, project, ana):
    made = stage(project, [ana], TABLE, state=Batch.State.CLOSED)
    expert = factories.generator(project, "expert-a", "expert")
    extra = factories.response(made.responses["r1"].item, expert, external_id="x1")
    batch = factories.batch(made.version, [extra], overlap=1, state=Batch.State.CLOSED)
    given = {"accurate": 1, "polite": 1, "invents": 0, "overall": 5}
    factories.rating(factories.seat(batch, extra, ana), given)
    usual = author.get(url("rubric_scoring", project))
    assert "5 labelled responses" in usual.text
    counts = {one["text"]: one["count"] for one in usual.context["head"]["kind_tabs"]}
    assert counts == {"Expert responses": "1", "Model responses": "5", "All": "6"}
    assert "6 labelled responses" in author.get(url("rubric_scoring", project, on="all")).text


def test_expert_who_judged_twice_counts_once_and_practice_not_at_all(author, project, ana):
    made = stage(project, [ana], TABLE, state=Batch.State.CLOSED)
    other = {"accurate": 0, "polite": 0, "invents": 0, "overall": 0}
    for kind in (Batch.Kind.PRACTICE, Batch.Kind.MAIN):
        batch = factories.batch(
            made.version, [made.responses["r1"]], overlap=1, kind=kind, state=Batch.State.CLOSED
        )
        factories.rating(factories.seat(batch, made.responses["r1"], ana), other)
        page = author.get(url("rubric_scoring_responses", project))
        exact = {row.response.id: row.exact for row in page.context["rows"]}
        # the practice changes nothing; the later judgement takes the place of the first
        assert exact["r1"] == ("1" if kind == Batch.Kind.PRACTICE else "0")


@pytest.mark.parametrize(("limit", "shown"), [(3, {2, 3}), (1, {2, 3}), (5, {5})])
def test_whole_items_are_drawn_where_there_are_too_many(author, scored, monkeypatch, limit, shown):
    # item i has three responses, j has two: never a part of either
    monkeypatch.setattr("evals.queries.labelled.limit_for", lambda criteria: limit)
    page = author.get(url("rubric_scoring", scored.project))
    n = sum(count for _, count in page.context["tenths"])
    assert n in shown
    drawn = f"{n} of 5 labelled responses, whole items drawn by seed 0"
    assert (drawn in page.text) == (n < 5)
    again = author.get(url("rubric_scoring_responses", scored.project))
    assert len({row.response.item for row in again.context["rows"]}) == (1 if n < 5 else 2)


def test_excluded_and_withdrawn_ratings_count_no_more(author, project, ana, ben, carol):
    scored = stage(project, [ana, ben], TABLE, state=Batch.State.OPEN)

    def mean():
        page = author.get(url("rubric_scoring", scored.project))
        return {one["label"]: one["value"] for one in page.context["stats"]}["Mean reward"]

    assert mean() == "0.40"
    slips = rating.Judged(scored.batch, response=scored.responses["r1"])
    assert rating.exclude(slips, "A slip.", by=carol) == 2
    # the kept answers are read anew: (5 + 2) / 7 / 4
    assert mean() == "0.25"
    for seat in scored.batch.assignments.filter(response=scored.responses["r2"]):
        rating.withdraw(seat, by=seat.rater)
    # 2 / 7 / 3
    assert mean() == "0.10"


def test_ruling_stands_for_all_and_an_open_one_for_none(author, project, ana, ben):
    made = stage(project, [ana], TABLE, overlap=2)
    own = factories.seat(made.batch, made.responses["r2"], ben, 2)
    factories.rating(own, {"accurate": 1, "polite": 0, "invents": 0, "overall": 4})
    polite, judge = made.version.criteria.get(key="polite"), factories.member(project, "judge")
    unit = (made.batch, made.responses["r2"], polite)
    factories.ruling(*unit, 1, judge)
    page = author.get(url("rubric_scoring_responses", project))
    assert {row.response.id: row.exact for row in page.context["rows"]}["r2"] == "1"
    factories.ruling(*unit, None, judge, "legitimate")
    page = author.get(url("rubric_scoring_responses", project))
    assert page.context["undefined"] == [("the experts tie on a criterion", 1)]
