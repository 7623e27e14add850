"""What the page of a sitting brings, and what it costs, however many responses stand on it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import assigning
from labeling.ways import Asking
from tests import factories
from tests.labeling.test_sittings import opened
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db


def test_sources_come_when_they_are_asked_for(as_user: LogIn, ana, dan, project):
    item = factories.item(project, "with-sources", reference="Section 4 names the term.")
    factories.response(item)
    batch = assigning.open_batch(
        project,
        factories.published(project),
        "With sources",
        responses=item.responses.all(),
        asking=Asking(way="by_criterion"),
        by=None,
    )
    seat = assigning.claim_next(batch, ana)
    client = as_user(ana)
    assert "Section 4 names" not in client.get(address(seat)).content.decode()
    part = client.get(address(seat, "sources"), headers={"HX-Request": "true"}).content.decode()
    assert "Section 4 names the term." in part
    assert "<html" not in part
    assert "<html" in client.get(address(seat, "sources")).content.decode()
    assert client.post(address(seat, "sources")).status_code == 405
    assert as_user(dan).get(address(seat, "sources")).status_code == 404


def test_twenty_places_cost_the_queries_of_two(as_user: LogIn, ana, project):
    counts = []
    for count in (2, 20):
        batch = opened(project, count, name=f"Sittings of {count}")
        seat = assigning.claim_next(batch, ana)
        client = as_user(ana)
        client.get(address(seat))
        with CaptureQueriesContext(connection) as told:
            client.get(address(seat))
        counts.append(len(told))
    assert counts[0] == counts[1]
