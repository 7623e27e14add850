"""Agreement on parts of a batch: by generator, tag, metadata field and rubric version."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from evals import selecting
from evals.gaps.rule import parse_rule
from evals.models import AgreementRun, AgreementSlice
from labeling.models import Batch, Project, User
from tests import factories
from tests.made_once import prepared_by
from tests.web.measured import measure
from tests.web.test_criterion_agreement import queries

# The poet's texts are all met; of two models nobody can tell: pooled agreement is the poet's.
PATTERNS = {"poet": "111", "model-a": "001", "model-b": "100"}
# In the order of the tabs: name, words, items, units (one more item was rated under version 2).
SLICES = [
    ("generator_kind=model", "Model responses", 13, 26),
    (None, "All responses", 13, 39),
    ("generator_kind=expert", "Expert responses", 13, 13),
    ("generator=model-a", "model-a", 13, 13),
    ("generator=model-b", "model-b", 13, 13),
    ("generator=poet", "poet", 13, 13),
    ("tag=angry", "Tagged angry", 6, 18),
    ("metadata.domain=law", "domain: law", 7, 21),
    ("metadata.domain=tax", "domain: tax", 6, 18),
    ("rubric_version=1", "Rubric version 1", 12, 36),
    ("rubric_version=2", "Rubric version 2", 1, 3),
]
NAMED = [name for name, *_ in SLICES if name]
# One of each kind that a project makes by itself.
OWN = ["generator=model-a", "tag=angry", "metadata.domain=tax", "rubric_version=1"]


@dataclass(frozen=True)
class Round:
    """A batch with its first run, and who rated in it."""

    project: Project
    batch: Batch
    run: AgreementRun
    experts: list[User]


def measured(project) -> Round:
    experts = factories.experts(project, "ana", "ben", "cleo")
    batch = rated(project, experts)
    return Round(project, batch, measure(batch), experts)


def rated(project, experts) -> Batch:
    """Twelve items under version 1 of the rubric and one under version 2."""
    first = factories.published(project)
    batch = factories.batch(first, [], name="First round", overlap=3)
    for number in range(12):
        rate(batch, number, experts, first)
    second = factories.draft(project, 2, first.rubric)
    for key in ("cites_policy", "polite"):
        lineage = first.criteria.get(key=key).lineage_id
        factories.criterion(second, key, lineage_id=lineage)
    second = factories.publish(second)
    Batch.objects.filter(pk=batch.pk).update(rubric_version=second)
    batch = Batch.objects.get(pk=batch.pk)
    rate(batch, 12, experts, second)
    return batch


def rate(batch, number, experts, version):
    """An item with three responses, each rated by all; every second one of model-b is unmet."""
    project = batch.project
    item = factories.item(
        project,
        f"case-{number:02}",
        tags=["angry"] if number % 2 else [],
        metadata={"domain": "tax" if number % 2 else "law", "case": number},
    )
    for name, pattern in PATTERNS.items():
        by = factories.generator(project, name, "expert" if name == "poet" else "model")
        response = factories.response(item, by)
        digits = "000" if name == "model-b" and number % 2 else pattern
        for slot, (expert, digit) in enumerate(zip(experts, digits, strict=True), start=1):
            seat = factories.seat(batch, response, expert, slot)
            values = {"cites_policy": int(digit), "polite": 1}
            factories.rating(seat, values, version=version)


prepared = prepared_by(measured)


@pytest.fixture
def batch(prepared, own):
    return own.batch


@pytest.fixture
def run(prepared, own):
    return own.run


@pytest.fixture
def experts(prepared, own):
    return own.experts


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def page(name, batch, slice_=None, *args, **query):
    query |= {"batch": batch.pk} | ({} if slice_ is None else {"slice": slice_})
    return reverse(name, args=[batch.project.slug, *args], query=query)


def test_slices_stand_in_one_order_the_one_that_will_train_first(admin, batch, run):
    shown = admin.get(page("agreement", batch)).context["measured"]
    assert [tab["text"] for tab in shown.tabs] == [words for _, words, *_ in SLICES]
    assert [tab["current"] for tab in shown.tabs] == [True] + [False] * 10
    assert (shown.slice, shown.caption[:54]) == (
        "generator_kind=model",
        "Krippendorff’s alpha with its 95 % interval on model r",
    )


@pytest.mark.parametrize(("name", "words", "items", "units"), SLICES)
def test_each_slice_has_its_own_numbers(admin, batch, run, name, words, items, units):
    shown = admin.get(page("agreement", batch, name or "all")).context["measured"]
    assert [tab["text"] for tab in shown.tabs if tab["current"]] == [words]
    row = shown.forest.counts[0].row
    assert (row.slice, row.n_items, row.n_units) == (name, items, units)
    assert shown.forest.rows[0].n == str(units)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("generator=model-a", "responses of model-a"),
        ("tag=angry", "items tagged angry"),
        ("metadata.domain=tax", "items whose domain is tax"),
        ("rubric_version=1", "ratings under rubric version 1"),
    ],
)
def test_slices_are_said_in_sentences(admin, batch, run, name, words):
    assert f"interval on {words};" in admin.get(page("agreement", batch, name)).text
    told = admin.get(page("agreement_criterion", batch, name, "cites_policy"))
    assert f"{words} in <span" in told.text


def test_a_rule_may_name_the_generator_that_will_train(admin, batch, run, project, carol):
    selecting.start(project, parse_rule({"target_generator": "model-b"}), by=carol)
    Batch.objects.filter(pk=batch.pk).update(stale_since=None)
    again = measure(Batch.objects.get(pk=batch.pk), again=True)
    shown = admin.get(page("agreement", batch)).context["measured"]
    assert (again.plan["training"], shown.slice) == ("generator=model-b", "generator=model-b")
    assert [tab["text"] for tab in shown.tabs][:2] == ["model-b", "All responses"]
    told = admin.get(page("agreement_criterion", batch, None, "cites_policy")).context
    assert told["row"].slice == "generator=model-b"
    assert [row.name for row in told["slices"].rows][:2] == ["model-b", "All responses"]
    time = admin.get(page("agreement_time", batch)).context
    assert time["slice"] == "generator=model-b"


def test_what_says_nothing_where_it_trains_is_called_so_on_every_page(admin, batch, run):
    on_models = admin.get(page("agreement", batch)).context["measured"].forest
    assert on_models.rows[0].remarks == ["agreed but uninformative", "too few"]
    whole = admin.get(page("agreement", batch, "all"))
    cites, polite = whole.context["measured"].forest.rows
    # Alone the pooled alpha would look like agreement.
    assert float(cites.low) > 0
    assert cites.remarks == ["agreed but uninformative"]
    assert "agreed but uninformative" not in polite.remarks
    assert "does not tell one of them from another" in whole.text
    told = admin.get(page("agreement_criterion", batch, "all", "cites_policy")).context
    assert "uninformative" in [lesson.code for lesson in told["lessons"]]


def test_agreement_within_items_stands_in_words_and_in_the_files(admin, batch, run):
    said = {
        one.name: one.text
        for one in admin.get(page("agreement_criterion", batch, None, "cites_policy")).context[
            "readings"
        ]
    }
    # Under each item two models: 13 items have two responses to compare.
    assert said["Within items"].startswith("In the 13 items that have two responses or more")
    assert "not shown that they tell one response to an item from another" in said["Within items"]
    on_tag = admin.get(page("agreement_criterion", batch, "tag=angry", "cites_policy")).context
    assert "Within items" not in [one.name for one in on_tag["readings"]]
    stored = AgreementSlice.objects.get(run=run, slice=None, criterion__key="cites_policy")
    within = stored.details["within_items"]
    document = json.loads(admin.get(file("agreement_json", batch)).content)
    found = {(one["key"], one["slice"]): one for one in document["results"][0]["criteria"]}
    assert found["cites_policy", None]["within_items"] == within
    assert "within_items" not in found["cites_policy", "tag=angry"]
    lines = list(csv.DictReader(admin.get(file("agreement_csv", batch)).text.splitlines()))
    (line,) = [one for one in lines if (one["key"], one["slice"]) == ("cites_policy", "")]
    assert float(line["within_items"]) == within["value"]
    assert float(line["within_items_ci_low"]) == within["ci_low"]
    assert line["within_items_n_items"] == "13"
    # Everybody found everything polite.
    (line,) = [one for one in lines if (one["key"], one["slice"]) == ("polite", "")]
    assert line["within_items"] == ""
    assert line["within_items_undefined_reason"] == (
        "All ratings of an item are equal, in every item."
    )


def file(name, batch):
    return reverse(name, args=[batch.project.slug, batch.pk])


def test_files_hold_every_slice(admin, batch, run):
    lines = list(csv.DictReader(admin.get(file("agreement_csv", batch)).text.splitlines()))
    found = [line["slice"] for line in lines if line["key"] == "cites_policy"]
    assert sorted(found) == sorted(["", *NAMED])


@pytest.mark.parametrize("name", NAMED)
def test_the_number_of_a_slice_is_a_door_to_its_units(admin, batch, run, name):
    row = admin.get(page("agreement", batch, name)).context["measured"].forest.rows[0]
    assert parse_qs(urlsplit(row.n_url).query)["slice"] == [name]
    shown = admin.get(row.n_url).context["found"]
    assert shown.n_units == shown.n_responses == int(row.n)


@pytest.mark.parametrize("name", [*OWN, "generator_kind=model"])
def test_charts_and_history_are_drawn_of_a_slice(admin, batch, run, name):
    told = admin.get(page("agreement_time", batch, name))
    assert told.context["slice"] == name
    for chart in ("forest", "time", "criterion-time"):
        address = reverse(
            "agreement_chart",
            args=[batch.project.slug, batch.pk, chart],
            query={"slice": name, "criterion": "cites_policy"},
        )
        assert admin.get(address).headers["Content-Type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    "name", ["tag=calm", "metadata.domain=LAW", "rubric_version=9", "<script>", "=", "tag="]
)
def test_a_slice_that_was_not_measured_shows_the_whole_batch(admin, batch, run, name):
    told = admin.get(page("agreement", batch, name))
    assert told.context["measured"].slice is None
    assert "<script>" not in told.text
    told = admin.get(page("agreement_criterion", batch, name, "cites_policy"))
    assert told.context["row"].slice is None


def addresses(batch, name):
    return [
        page("agreement", batch, name),
        page("agreement_criterion", batch, name, "cites_policy"),
        page("agreement_time", batch, name),
    ]


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 200), ("author", 200), ("admin", 200), ("expert", 403)]
)
def test_who_may_read_slices(as_user, batch, run, role, status):
    client = as_user(factories.member(batch.project, "erin", role))
    for name in OWN:
        assert {client.get(one).status_code for one in addresses(batch, name)} == {status}


def test_outsider_finds_no_slice(as_user, batch, run, dan):
    client = as_user(dan)
    for name in OWN:
        assert {client.get(one).status_code for one in addresses(batch, name)} == {404}


def test_wrong_verbs_are_refused(admin, batch, run):
    for name in OWN:
        assert {admin.post(one).status_code for one in addresses(batch, name)} == {405}


def test_one_who_rates_in_the_batch_sees_no_slice(as_user, batch, run, ana):
    factories.member(batch.project, "ana", "admin")
    client = as_user(ana)
    for name in OWN:
        assert "measured" not in client.get(page("agreement", batch, name)).context
        told = page("agreement_criterion", batch, name, "cites_policy")
        assert client.get(told).status_code == 403


def test_asks_as_much_with_eleven_slices_as_with_one(admin, project, batch, run, experts):
    version = batch.rubric_version
    alone = factories.batch(version, [], name="Alone", overlap=3)
    response = factories.response(factories.item(project, "alone"))
    for slot, expert in enumerate(experts, start=1):
        seat = factories.seat(alone, response, expert, slot)
        factories.rating(seat, {"cites_policy": 1, "polite": 1})
    few = measure(alone)
    assert few.criteria.filter(slice__isnull=False).count() == 0
    for name in ("agreement", "agreement_time"):
        one = queries(admin, page(name, alone))
        assert queries(admin, page(name, batch)) == one
