"""The page asks what the batch asks beside the criteria, and takes it without script too."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from labeling import assigning
from labeling.models import Rating
from labeling.ways import Asking
from tests.web.desk.requests import LogIn, address, answers, body, form, opened, send

pytestmark = pytest.mark.django_db
ALL = Decimal(1)


def seat_in(project, rater, **asking: object):
    return assigning.claim_next(opened(project, asking=Asking(**asking)), rater)


def names(page: str) -> list[str]:
    return re.findall(r'data-criterion="([^"]+)"', page)


def test_an_overall_stands_before_the_criteria(as_user: LogIn, ana, project):
    seat = seat_in(project, ana, overall_share=ALL)
    client = as_user(ana)
    page = client.get(address(seat)).content.decode()
    assert names(page) == ["_overall", "cites_policy", "polite"]
    assert page.count('name="value:_overall"') == 6
    assert "Say it before you look at the criteria" in page
    answer = client.post(address(seat, "submit"), form(seat))
    assert answer.status_code == 422
    assert "Say how good the response is on the whole, 0 to 5" in answer.content.decode()
    sent = form(seat, _overall="4")
    assert client.post(address(seat, "submit"), sent).status_code == 302
    assert Rating.objects.get().overall == 4
    page = client.get(address(seat)).content.decode()
    assert 'name="value:_overall" value="4" checked disabled' in page


def test_a_correction_shows_the_overall_and_cannot_change_it(as_user: LogIn, ana, project):
    seat = seat_in(project, ana, overall_share=ALL)
    client = as_user(ana)
    client.post(address(seat, "submit"), form(seat, _overall="4"))
    page = client.get(f"{address(seat)}?correct=1").content.decode()
    assert 'name="value:_overall" value="4" checked disabled' in page
    sent = form(seat, polite="1") | {"corrects": "on"}
    assert client.post(address(seat, "submit"), sent).status_code == 302
    assert list(Rating.objects.order_by("pk").values_list("overall", flat=True)) == [4, 4]


def test_elsewhere_there_is_no_overall_and_nothing_about_being_sure(as_user: LogIn, ana, project):
    page = as_user(ana).get(address(seat_in(project, ana))).content.decode()
    assert names(page) == ["cites_policy", "polite"]
    assert "confidence:" not in page


def test_how_sure_is_asked_taken_and_shown(as_user: LogIn, ana, project):
    seat = seat_in(project, ana, asks_confidence=True)
    client = as_user(ana)
    page = client.get(address(seat)).content.decode()
    assert page.count('<option value="2">fairly sure</option>') == 2
    sent = form(seat) | {"confidence:polite": "2"}
    answer = client.post(address(seat, "submit"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Say how sure you are of “Cites policy”" in page
    assert page.count('<option value="2" selected>fairly sure</option>') == 1
    sent["confidence:cites_policy"] = "3"
    assert client.post(address(seat, "submit"), sent).status_code == 302
    page = client.get(address(seat)).content.decode()
    assert '<option value="3" selected>sure</option>' in page


def test_the_shuffled_order_is_that_of_the_page(as_user: LogIn, ana, project):
    batch = opened(project, 40, asking=Asking(shuffled_share=Decimal("0.5")))
    client, orders = as_user(ana), set()
    while len(orders) < 2 and (seat := assigning.claim_next(batch, ana)) is not None:
        shown = names(client.get(address(seat)).content.decode())
        assert send(client, address(seat, "submit"), body(seat)).status_code == 200
        assert Rating.objects.get(assignment=seat).shown_order == shown
        orders.add(tuple(shown))
    # half of the places are shuffled, half of these the other way round: none of 40 is 1 in 10^5
    assert orders == {("cites_policy", "polite"), ("polite", "cites_policy")}


def test_a_passage_and_its_place_come_back(as_user: LogIn, ana, project):
    seat = seat_in(project, ana)
    place = {"quote": "Answer", "turn": 1, "start": 0, "end": 6}
    said = answers()
    said["polite"] |= {"evidence": [place, seat.response.output]}
    client = as_user(ana)
    drafted = {"answers": said, "edit": 0, "writer": "tab", "seq": 1}
    assert send(client, address(seat, "draft"), drafted).status_code == 200
    expected = (
        'data-place="{&quot;quote&quot;: &quot;Answer&quot;, &quot;turn&quot;: 1,'
        " &quot;start&quot;: 0, &quot;end&quot;: 6}"
    )
    assert expected in client.get(address(seat)).content.decode()
    assert send(client, address(seat, "submit"), body(seat) | {"answers": said}).status_code == 200
    kept = Rating.objects.get().scores.get(criterion__key="polite").evidence
    assert kept == [place, seat.response.output]
    page = client.get(address(seat)).content.decode()
    assert expected in page
    assert '<q dir="auto">Answer</q>' in page


def test_words_that_are_not_in_the_response_are_no_evidence(as_user: LogIn, ana, project):
    seat = seat_in(project, ana)
    sent = form(seat) | {"evidence:polite": "Something else"}
    answer = as_user(ana).post(address(seat, "submit"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Something else” does not occur in the response: quote its own words" in page
    assert "Something else</textarea>" in page
