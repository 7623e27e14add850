"""Responses that wait in practice and in work at once are told to whoever opens either."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning, practice
from labeling.models import Batch
from tests import factories
from tests.labeling.practice.practising import known_responses, opened, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(project):
    return factories.published(project)


@pytest.fixture
def responses(project, version):
    return known_responses(project, version, 3)


@pytest.fixture
def practising(version, responses) -> Batch:
    return opened(version, responses)


def work(version, responses, name: str = "Main", overlap: int = 1) -> Batch:
    return opened(version, responses, kind="main", name=name, overlap=overlap)


def told(batch: Batch) -> list[tuple[str, int, bool]]:
    return [(one.name, one.count, one.is_practice) for one in practice.shared_with(batch)]


def test_each_side_is_told_how_many_wait_where_else(version, responses, practising):
    two, one = work(version, responses[:2]), work(version, responses[:1], "Audit of one")
    assert told(practising) == [("Main", 2, False), ("Audit of one", 1, False)]
    assert told(two) == [("Practice", 2, True)]
    assert told(one) == [("Practice", 1, True)]
    # Work beside work, and practice beside practice, is nothing to be told.
    again = opened(version, responses, name="Practice again")
    assert told(again) == [("Main", 2, False), ("Audit of one", 1, False)]


def test_only_what_still_waits_counts(version, responses, practising, ana, ben):
    main = work(version, responses[:2])
    seat = assigning.claim_next(main, ana)
    # In work it waits: its expert may practise before they answer.
    assert told(practising) == [("Main", 2, False)]
    submit(seat)
    assert told(practising) == [("Main", 1, False)]
    assigning.close(main, by=ben)
    assert told(practising) == []
    assert told(main) == []


def test_paused_work_goes_on_some_day(version, responses, practising, carol):
    main = work(version, responses)
    assigning.pause(main, by=carol)
    assert told(practising) == [("Main", 3, False)]
    assigning.close(practising, by=carol)
    assert told(main) == []


def test_other_projects_are_no_business_of_it(version, responses, practising):
    elsewhere = factories.published(factories.project("elsewhere"))
    work(elsewhere, known_responses(elsewhere.project, elsewhere, 2))
    assert told(practising) == []


def test_in_words_five_batches_are_named(version, responses, practising):
    assert practice.shared_in_words(practice.shared_with(practising)) == ""
    for number in range(6):
        work(version, responses[: 1 + number // 5], f"Work {number}")
    words = practice.shared_in_words(practice.shared_with(practising))
    assert words.startswith("2 responses also wait in the work of “Work 5”. 1 response also waits")
    assert "“Work 3”" in words
    assert "“Work 4”" not in words
    assert "1 batch more shares some." in words
    assert words.endswith("judges it in work no more by themselves.")


def test_one_query_for_many_batches(version, responses, practising):
    for number in range(4):
        work(version, responses, f"Work {number}")
    with CaptureQueriesContext(connection) as asked:
        assert len(practice.shared_with(practising)) == 4
    assert len(asked) == 1
