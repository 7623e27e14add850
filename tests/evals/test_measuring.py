"""Measuring as of a watermark: right numbers, sealed, and honest about what it left out."""

import pytest

from evals import measuring
from evals.models import Agreement, AgreementRun, AgreementSlice
from evals.queries import agreement
from labeling import runs
from labeling.errors import DomainError
from labeling.models import Batch, Score
from tests import factories


@pytest.fixture
def experts(project):
    return factories.experts(project, "ana", "ben", "cem")


@pytest.fixture
def batch(project, experts):
    """Four responses of four items; cites_policy rated 111 000 111 001, polite always 1."""
    version = factories.published(project)
    responses = [factories.response(factories.item(project)) for _ in range(4)]
    batch = factories.batch(version, responses, stale_since="2026-01-01T00:00Z")
    for response, pattern in zip(responses, ("111", "000", "111", "001"), strict=True):
        for slot, (expert, value) in enumerate(zip(experts, pattern, strict=True), start=1):
            seat = factories.seat(batch, response, expert, slot=slot)
            factories.rating(seat, {"cites_policy": int(value), "polite": 1})
    return batch


def measured(batch, **options):
    run, _ = measuring.start(batch, **options)
    with runs.executing(AgreementRun, run.pk) as attempt:
        measuring.measure(attempt)
    run.refresh_from_db()
    return run


def row(run, key, part=None):
    return AgreementSlice.objects.get(run=run, criterion__key=key, slice=part)


def test_alpha_of_one_disagreement_in_four_units(batch):
    # Krippendorff: 12 values, 7 x 1 and 5 x 0. Observed disagreement: the unit 001 has 4 of its
    # 6 ordered pairs unequal, over m-1 = 2: 2 of 12. Expected 2*7*5 / (12*11) = 70/132.
    statistic = row(measured(batch), "cites_policy").statistics.get(statistic="alpha")
    assert statistic.value == pytest.approx(1 - (2 / 12) / (70 / 132))
    assert statistic.undefined_reason is None


def test_one_answer_only_is_undefined_in_words(batch):
    statistic = row(measured(batch), "polite").statistics.get(statistic="alpha")
    assert statistic.value is None
    assert "same" in statistic.undefined_reason


def test_counts_beside_the_statistics(batch):
    found = row(measured(batch), "cites_policy")
    assert (found.n_items, found.n_units, found.n_pairable_units, found.n_raters) == (4, 4, 4, 3)
    assert (found.n_ratings, found.unanimous) == (12, 3)
    # Chance alone: 4 units x ((7/12)^3 + (5/12)^3)
    assert found.expected_unanimous == pytest.approx(4 * ((7 / 12) ** 3 + (5 / 12) ** 3))
    assert found.prevalence == pytest.approx({"Not met": 5 / 12, "Met": 7 / 12})


def test_the_same_ratings_join_the_run(batch):
    first, _ = measuring.start(batch)
    second, new = measuring.start(batch)
    assert (first.pk, new) == (second.pk, False)


def test_a_run_does_not_see_what_came_after_it(batch, experts):
    run, _ = measuring.start(batch)
    seat = batch.assignments.first()
    late = factories.batch(batch.rubric_version, name="later")
    assert late.watermark == 0
    factories.revised(seat, {"cites_policy": 0, "polite": 0})
    with runs.executing(AgreementRun, run.pk) as attempt:
        measuring.measure(attempt)
    assert row(run, "cites_policy").unanimous == 3, "the revision lies behind the watermark"
    assert agreement.stale_by(run) == 2
    assert row(measured(batch), "cites_policy").unanimous == 2


def test_only_fixed_overlap_counts_and_the_rest_is_reported(batch, project):
    dora = factories.member(project, "dora", "expert")
    response = batch.assignments.first().response
    seat = factories.seat(batch, response, dora, slot=None, purpose="late")
    factories.rating(seat, {"cites_policy": 0, "polite": 0})
    found = row(measured(batch), "cites_policy")
    assert found.n_ratings == 12
    assert found.n_excluded == {"seat is late, not fixed overlap": 1}


def test_na_and_cannot_assess_are_reported_not_dropped_in_silence(project, experts):
    version = factories.published(project)
    response = factories.response(factories.item(project))
    batch = factories.batch(version, [response])
    for slot, (expert, answer) in enumerate(
        zip(experts, ("NA", "cannot_assess", "NA"), strict=True), start=1
    ):
        rating = factories.rating(factories.seat(batch, response, expert, slot=slot), {})
        criterion = version.criteria.get(key="polite")
        Score.objects.create(
            rating=rating,
            assignment=rating.assignment,
            batch=batch,
            response=response,
            rater=expert,
            criterion=criterion,
            lineage_id=criterion.lineage_id,
            answer=answer,
        )
    found = row(measured(batch), "polite")
    assert (found.n_na, found.n_cannot_assess, found.n_ratings) == (2, 1, 0)
    assert found.statistics.get(statistic="alpha").value is None


def test_slices_by_generator_kind(project, experts):
    version = factories.published(project)
    item = factories.item(project)
    human = factories.generator(project, "poet", "expert")
    responses = [factories.response(item), factories.response(item, human)]
    batch = factories.batch(version, responses)
    for response in responses:
        for slot, expert in enumerate(experts, start=1):
            factories.rating(
                factories.seat(batch, response, expert, slot=slot), {"cites_policy": 1, "polite": 1}
            )
    run = measured(batch)
    assert row(run, "polite", "generator_kind=model").n_units == 1
    assert row(run, "polite", "generator=poet").n_units == 1
    assert row(run, "polite").n_units == 2


def test_an_unknown_slice_is_refused(batch):
    with pytest.raises(DomainError, match="generator_kind"):
        measuring.start(batch, slices=["colour=red"])


def test_measuring_clears_the_mark_of_staleness(batch):
    assert [run.batch_id for run in measuring.start_stale()] == [batch.pk]
    assert Batch.objects.get(pk=batch.pk).stale_since is None
    assert measuring.start_stale() == []


def test_rows_of_a_finished_run_are_sealed(batch, raw, refused):
    run = measured(batch)
    with refused("agreement_is_a_fact"):
        raw("update evals_agreement set value = 1 where value is not null")
    with refused("agreementslice_while_running"):
        found = row(run, "polite")
        found.pk, found.slice = None, "generator=other"
        found.save(force_insert=True)


def test_a_value_or_a_reason_but_never_both(batch, refused):
    found = row(measured(batch), "polite")
    with refused("agreement_value_or_reason"):
        Agreement.objects.create(
            criterion_slice=found, statistic="other", value=1, undefined_reason="none"
        )


def test_a_constant_number_of_queries(batch, django_assert_max_num_queries):
    run = measured(batch)
    with django_assert_max_num_queries(2):
        assert len(list(agreement.rows(run))) == 2


def test_the_slice_that_trains_is_marked_and_judged(project, experts):
    # The expert's texts are all met, the models' all but random: pooled agreement is theirs.
    version = factories.published(project)
    human = factories.generator(project, "poet", "expert")
    batch = factories.batch(version, [])
    for number in range(12):
        item = factories.item(project)
        pairs = [(factories.response(item, human), "111"), (factories.response(item), "001")]
        pairs.append((factories.response(item), "100" if number % 2 else "000"))
        for response, pattern in pairs:
            for slot, (expert, value) in enumerate(zip(experts, pattern, strict=True), start=1):
                seat = factories.seat(batch, response, expert, slot=slot)
                factories.rating(seat, {"cites_policy": int(value), "polite": 1})
    run = measured(batch)
    whole, training = row(run, "cites_policy"), row(run, "cites_policy", "generator_kind=model")
    assert whole.statistics.get(statistic="alpha").ci_low > 0
    assert training.statistics.get(statistic="alpha").ci_low <= 0
    assert (training.details["training"], "training" in whole.details) == (True, False)
    assert "uninformative" in [warning["code"] for warning in whole.warnings]
    assert "uninformative" not in [warning["code"] for warning in row(run, "polite").warnings]
    assert whole.details["within_items"]["n_items"] == 12
    assert whole.details["coincidences"]["labels"] == ["Not met", "Met"]
    again = {(one.criterion.key, one.slice): one.details for one, _ in measuring.recounted(run)}
    assert again == {(one.criterion.key, one.slice): one.details for one in run.criteria.all()}


def test_metadata_and_tags_are_slices_when_they_are_categories(project, experts):
    version = factories.published(project)
    batch = factories.batch(version, [])
    for number in range(10):
        domain = "law" if number % 2 else "tax"
        item = factories.item(project, tags=[domain], metadata={"domain": domain, "case": number})
        for slot, expert in enumerate(experts, start=1):
            seat = factories.seat(batch, factories.response(item, index=slot), expert, slot=1)
            factories.rating(seat, {"cites_policy": 1, "polite": 0})
    run = measured(batch, slices=["metadata.case=3"])
    names = set(run.criteria.values_list("slice", flat=True))
    assert names == {
        *(None, "tag=law", "tag=tax", "metadata.domain=law", "metadata.domain=tax"),
        "metadata.case=3",
    }
    assert row(run, "polite", "metadata.domain=law").n_items == 5
    assert row(run, "polite", "metadata.case=3").n_units == 3
