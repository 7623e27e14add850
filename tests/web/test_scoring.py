"""The pages about a rubric's scoring: rewards, response by response, and the experts' order."""

from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling import authoring, rating
from labeling.models import Batch
from tests import factories
from tests.web.scored import THREE, criterion, spec, stage

SVG = "{http://www.w3.org/2000/svg}"
PAGES = ["rubric_scoring", "rubric_scoring_responses", "rubric_scoring_order"]
# accurate 5, polite 2, invents -4: rewards 7/7, 5/7, 2/7, 0/7, and (2 - 4) / 7 cut to 0
TABLE = """
r1 i 1 1 0 5
r2 i 1 0 0 4
r3 i 0 1 0 2
r4 j 0 0 0 3
r5 j 0 1 1 1
"""


@pytest.fixture
def scored(project, ana, ben):
    return stage(project, [ana, ben], TABLE, state=Batch.State.CLOSED)


@pytest.fixture
def author(as_user, project):
    return as_user(factories.member(project, "wendy", "author"))


def url(name, project, **query):
    address = reverse(name, args=[project.slug, project.rubrics.get().slug])
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


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


def test_draft_is_previewed_on_the_labels_it_carries(author, scored):
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    text = spec(criterion("accurate", 1), THREE[1], THREE[2], criterion("sourced", 2), THREE[-1])
    authoring.save_draft(draft, text, by=factories.user("kim"), edit=draft.edit)
    page = author.get(url("rubric_scoring", scored.project, version=draft.number))
    assert [one.key for one in page.context["unlabelled"]] == ["sourced"]
    assert "1 criterion has no labels yet" in page.text
    # of accurate 1 and polite 2: (3 + 1 + 2 + 0 + 0) / 3 / 5 = .4
    rows = {row.name: row for row in page.context["criteria"]}
    assert rows["Accurate"].exact == "2/15"
    assert "Sourced" not in rows


def test_draft_is_for_those_who_write_it(as_user, scored):
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    viewer = as_user(factories.member(scored.project, "vera", "viewer"))
    for name in PAGES:
        assert viewer.get(url(name, scored.project, version=draft.number)).status_code == 404
        assert viewer.get(url(name, scored.project)).status_code == 200


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


def test_excluded_and_withdrawn_ratings_count_no_more(author, scored, carol):
    def mean():
        page = author.get(url("rubric_scoring", scored.project))
        return {one["label"]: one["value"] for one in page.context["stats"]}["Mean reward"]

    assert mean() == "0.40"
    slips = rating.Judged(scored.batch, response=scored.responses["r1"])
    assert rating.exclude(slips, "A slip.", by=carol) == 2
    # the kept answers are read anew: (5 + 2) / 7 / 4
    assert mean() == "0.25"
    Batch.objects.filter(pk=scored.batch.pk).update(state=Batch.State.OPEN)
    for seat in scored.batch.assignments.filter(response=scored.responses["r2"]):
        rating.withdraw(seat, by=seat.rater)
    Batch.objects.filter(pk=scored.batch.pk).update(state=Batch.State.CLOSED)
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


def test_small_version_for_the_side_of_the_editor(author, scored):
    address = url("rubric_scoring_preview", scored.project)
    part = author.get(address, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<section class="card" id="scoring-preview"')
    assert "60 %" in part.text
    assert "−4/35" in part.text
    assert "<html" not in part.text
    plain = author.get(address)
    assert plain.status_code == 302
    assert plain.url == url("rubric_scoring", scored.project, version=1, on="model")


def test_editor_shows_the_rewards_of_what_it_edits(author, scored):
    address = url("rubric_scoring_preview", scored.project, version="draft")
    edit = author.get(reverse("rubric_edit", args=[scored.project.slug, scored.rubric.slug]))
    assert f'hx-get="{address}"' in edit.text
    # before the first change that is the version in force
    assert "60 %" in author.get(address, headers={"HX-Request": "true"}).text
    draft = authoring.draft_of(scored.rubric, by=factories.user("pat"))
    text = spec(criterion("accurate", 1), THREE[1], THREE[3])
    authoring.save_draft(draft, text, by=factories.user("kim"), edit=draft.edit)
    part = author.get(address, headers={"HX-Request": "true"})
    # accurate 1, polite 2 without the pitfall: 3, 1, 2, 0 and 2 of 3; at the ends 1 and 0
    assert "40 %" in part.text
    assert "Invents" not in part.text


def test_small_version_without_labels_says_so(author, project):
    authoring.publish_spec(project, spec(*THREE), by=None)
    part = author.get(url("rubric_scoring_preview", project), headers={"HX-Request": "true"})
    assert "No labelled responses yet" in part.text
    # the editor keeps its side for what there is to see
    assert "data-empty" in part.text


ALL = [*PAGES, "rubric_scoring_preview"]


def addresses(project):
    slug = project.rubrics.get().slug
    charts = [reverse("rubric_scoring_chart", args=[project.slug, slug, "parts"])]
    return [url(name, project) for name in ALL] + charts


def test_person_who_rates_in_a_batch_sees_nothing_of_it(as_user, project, ana):
    made = stage(project, [ana], TABLE, state=Batch.State.OPEN)
    factories.member(project, "ana", "admin")
    client = as_user(ana)
    for name in ALL:
        page = client.get(url(name, project), headers={"HX-Request": "true"})
        assert "You are rating in a batch of this project" in page.text
        assert not any(name in page.context for name in ("made", "rows", "stats"))
    assert client.get(addresses(project)[-1]).status_code == 404
    Batch.objects.filter(pk=made.batch.pk).update(state=Batch.State.CLOSED)
    assert "5 labelled responses" in client.get(url("rubric_scoring", project)).text


def test_person_who_rates_sees_other_batches_without_items_they_may_be_given(
    as_user, project, ana, ben
):
    made = stage(project, [ben], TABLE, state=Batch.State.CLOSED)
    factories.member(project, "ana", "admin")
    again = factories.response(made.responses["r4"].item, external_id="r6")
    batch = factories.batch(made.version, [again], overlap=2)
    factories.seat(batch, again, ana, state="leased", lease_until="2100-01-01T00:00Z")
    page = as_user(ana).get(url("rubric_scoring_responses", project))
    # r4 and r5 belong to the item of r6
    assert [row.response.id for row in page.context["rows"]] == ["r1", "r2", "r3"]
    assert "without batches you rate in" in page.text


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("author", 200), ("expert", 403)])
def test_who_may_read_them(as_user, scored, role, status):
    client = as_user(factories.member(scored.project, "erin", role))
    for address in addresses(scored.project):
        answer = client.get(address, headers={"HX-Request": "true"})
        assert answer.status_code == status


def test_outsider_finds_nothing(as_user, scored, dan):
    client = as_user(dan)
    assert {client.get(one).status_code for one in addresses(scored.project)} == {404}


def test_unknown_versions_and_rubrics_are_not_found(author, scored):
    for name in PAGES:
        assert author.get(url(name, scored.project, version="7")).status_code == 404
        assert author.get(url(name, scored.project, version="x")).status_code == 404
        strange = reverse(name, args=[scored.project.slug, "nothing"])
        assert author.get(strange).status_code == 404


def test_wrong_verbs_are_refused(author, scored):
    assert {author.post(one).status_code for one in addresses(scored.project)} == {405}


def test_door_stands_on_the_rubric_for_those_it_opens_for(as_user, scored):
    door = url("rubric_scoring", scored.project, version=1)
    page = scored.rubric.get_absolute_url()
    assert door in as_user(factories.member(scored.project, "vera", "viewer")).get(page).text
    assert door not in as_user(factories.member(scored.project, "erin", "expert")).get(page).text


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    return len(captured)


def test_asks_as_much_for_many_responses_and_criteria_as_for_few(author, project, ana):
    stage(project, [ana], "r1 i 1 0 0 3\nr2 i 0 1 0 2", state=Batch.State.CLOSED)
    few = [queries(author, one) for one in addresses(project)[:4]]
    other = factories.project("other")
    factories.member(other, "wendy", "author")
    rater = factories.member(other, "eve", "expert")
    criteria = [criterion(f"c{n}") for n in range(12)]
    table = "\n".join(
        f"q{n} j{n % 5} {' '.join('01'[n * k % 2] for k in range(12))} 3" for n in range(20)
    )
    stage(other, [rater], table, *criteria, THREE[-1], state=Batch.State.CLOSED)
    assert [queries(author, one) for one in addresses(other)[:4]] == few
