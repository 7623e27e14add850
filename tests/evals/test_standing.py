"""Lists of items and units against a plain reading of the rows, over histories with corrections,
withdrawals, exclusions and late answers: as a run found them, and as they are now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import deepcopy

import pytest

from evals.models import AgreementRun
from evals.queries import items, units
from evals.queries.items import ItemFilter
from evals.queries.unit_filter import UnitFilter
from labeling.models import Assignment, Item, Rating, Response, Score
from tests import factories
from tests.evals.histories import History, measured
from tests.made_once import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=[1, 3])
def past(request, django_db_setup, django_db_blocker):
    with made_once(django_db_blocker):
        made = History(factories.project(), seed=request.param, items=6)
        made.happen(70)
        # Chance may leave one of them out: a full batch changes little any more.
        made.exclude()
        yield made


@pytest.fixture
def history(past):
    """What has happened, to go on from; what happens in a test is undone after it."""
    return deepcopy(past)


def counting(run: AgreementRun | None = None) -> list[Score]:
    """The scores that count, one rule after the other, as the words of ARCHITECTURE.md go."""
    through = 10**12 if run is None else run.watermark
    rows = Score.objects.select_related("rating", "response__generator", "response__item")
    found = []
    for score in rows.select_related("criterion__version"):
        rating = score.rating
        superseded = score.superseded_by_id is not None and score.superseded_by_id <= through
        excluded = rating.excluded_seq is not None and rating.excluded_seq <= through
        gone = superseded or excluded or rating.withdrawn
        if rating.pk <= through and not gone and score.counted and score.answer == "scored":
            found.append(score)
    return found


def asked_in(run: AgreementRun) -> set[int]:
    """The lineages that a run measured: those of its version."""
    return set(run.rubric_version.criteria.values_list("lineage", flat=True))


def spread(scores: Iterable[Score]) -> dict[tuple[int, int], list]:
    """The values of each unit: response and lineage."""
    values = defaultdict(list)
    for score in scores:
        values[score.response_id, score.lineage_id].append(score.value)
    return values


def disputed(scores: Iterable[Score]) -> list[tuple[int, int]]:
    return [unit for unit, values in spread(scores).items() if len(set(values)) > 1]


def agreed(scores: Iterable[Score]) -> list[tuple[int, int]]:
    return [
        unit for unit, values in spread(scores).items() if len(values) > 1 and len(set(values)) == 1
    ]


def of(found: Iterable[tuple[int, int]]) -> list[str]:
    """The items of some units, as the list names them."""
    responses = Response.objects.filter(pk__in={response for response, _ in found})
    return sorted(set(responses.values_list("item__external_id", flat=True)))


def listed(history: History, **narrowed) -> items.ItemPage:
    found = ItemFilter(batch=history.batch, **narrowed)
    return items.page(history.batch.project, found, [history.batch.pk])


def ids(page: items.ItemPage) -> list[str]:
    return [row.external_id for row in page.rows]


SLICES: list[tuple[str, Callable[[Score], bool]]] = [
    ("generator_kind=model", lambda score: score.response.generator.kind == "model"),
    ("generator=poet", lambda score: score.response.generator.name == "poet"),
    ("tag=angry", lambda score: "angry" in score.response.item.tags),
    ("metadata.domain=law", lambda score: score.response.item.metadata["domain"] == "law"),
    ("rubric_version=2", lambda score: score.criterion.version.number == 2),
]


def test_the_history_has_all_that_may_go_wrong(history):
    assert Score.objects.filter(superseded_by__isnull=False).exists()
    assert Rating.objects.filter(withdrawn=True).exists()
    assert Rating.objects.filter(excluded_seq__isnull=False).exists()
    assert disputed(counting())
    assert agreed(counting())


def test_items_are_found_by_what_counts_now_and_as_of_a_run(history):
    run = measured(history.batch)
    history.move_on()
    history.happen(40)
    for shown, units_of in (("disagreement", disputed), ("unanimous", agreed)):
        for as_of in (None, run):
            for criterion in (None, *history.first.criteria.all()):
                scores = [
                    score
                    for score in counting(as_of)
                    if criterion is None or score.lineage_id == criterion.lineage_id
                ]
                page = listed(history, show=shown, criterion=criterion, run=as_of)
                assert ids(page) == of(units_of(scores))
                assert page.count == len(page.rows)


@pytest.mark.parametrize(("name", "belongs"), SLICES, ids=[name for name, _ in SLICES])
def test_slices_part_the_same_items_and_units(history, name, belongs):
    history.move_on()
    history.happen(30)
    run = measured(history.batch)
    measured_ones = asked_in(run)
    scores = [
        score for score in counting(run) if belongs(score) and score.lineage_id in measured_ones
    ]
    assert ids(listed(history, show="disagreement", slice=name, run=run)) == of(disputed(scores))
    page = units.page(
        run,
        list(run.rubric_version.criteria.prefetch_related("levels")),
        UnitFilter(slice=name),
        blind=[],
    )
    assert page.n_units == len(disputed(scores))
    assert page.n_responses == len({response for response, _ in disputed(scores)})


def test_rows_count_what_is_there_now_and_as_of_a_run(history):
    run = measured(history.batch)
    history.happen(40)
    project, readable = history.batch.project, [history.batch.pk]
    for as_of in (None, run):
        page = items.page(project, ItemFilter(run=as_of), readable)
        everything = Item.objects.filter(project=project).order_by("external_id")
        scores = counting(as_of)
        rated = {score.response.item_id for score in scores}
        known = [one for one in everything if as_of is None or one.pk in rated]
        responses = dict(Response.objects.values_list("pk", "item_id"))
        units_of = [responses[response] for response, _ in disputed(scores)]
        seats = Assignment.objects.filter(state="submitted").values_list("response_id", flat=True)
        rated_items = [responses[response] for response in seats]
        assert [(row.pk, row.responses, row.ratings, row.disagreements) for row in page.rows] == [
            (
                one.pk,
                list(responses.values()).count(one.pk),
                rated_items.count(one.pk),
                units_of.count(one.pk),
            )
            for one in known
        ]


def test_nothing_is_said_of_a_batch_that_is_not_readable(history):
    project = history.batch.project
    page = items.page(project, ItemFilter(), [])
    assert {(row.ratings, row.disagreements) for row in page.rows} == {(0, 0)}
    assert items.page(project, ItemFilter(show="disagreement"), []).rows == []


def test_units_of_an_item_rated_elsewhere_are_left_out(history):
    run = measured(history.batch)
    criteria = list(run.rubric_version.criteria.prefetch_related("levels"))
    everything = units.page(run, criteria, UnitFilter(), blind=[])
    scores = counting(run)
    assert everything.n_units == len(disputed(scores))
    # Every response of the batch stands in its own queue: who rates there sees none of them.
    assert units.page(run, criteria, UnitFilter(), blind=[history.batch.pk]).n_units == 0
