"""What an expert reads at the desk: long traces piece by piece, sources, text to the letter."""

from __future__ import annotations

import re

import pytest

from labeling import assigning
from labeling.models import Assignment, Item, Response
from tests import factories
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db
CALL = {"function": {"name": "book", "arguments": '{"seat": 2}'}}


def seat_at(project, ana, messages: list[dict], **item: object) -> Assignment:
    """Ana's seat at a response of these messages."""
    asked = {"role": "user", "content": "Please."}
    found = Item.objects.create(
        project=project,
        external_id="long",
        group_key="long",
        messages=[asked],
        content_hash="0",
        **item,
    )
    response = Response.objects.create(
        project=project,
        item=found,
        generator=factories.generator(project, "model-zeta"),
        external_id="long/0",
        messages=messages,
        output="",
        content_hash="0",
    )
    batch = factories.batch(factories.published(project), [response])
    return assigning.claim_next(batch, ana)


def talk(count: int) -> list[dict]:
    said = [
        {"role": "assistant", "name": "model-zeta", "content": f"said {at}."} for at in range(count)
    ]
    return said


def test_a_trace_of_500_turns_opens_with_its_ends_and_the_way_to_the_rest(as_user, ana, project):
    seat = seat_at(project, ana, talk(500))
    client, seen, more = as_user(ana), set(), address(seat)
    page = client.get(more).text
    assert '<a href="#judged">' in page
    assert "said 499." in page
    assert len(page.encode()) < 120_000
    for _ in range(40):
        seen |= set(re.findall(r"said (\d+)\.", page))
        gap = re.search(r'hx-get="([^"]+)"', page)
        if gap is None:
            break
        page = client.get(gap[1], headers={"HX-Request": "true"}).text
        assert "<html" not in page
    assert len(seen) == 500


def test_without_script_the_rest_is_a_page(as_user, ana, project):
    seat = seat_at(project, ana, talk(100))
    page = as_user(ana).get(address(seat, "turns"), {"start": 12}).text
    assert "<html" in page
    assert "said 11." in page


def test_a_text_of_a_million_characters_is_read_on_piece_by_piece(as_user, ana, project):
    seat = seat_at(project, ana, [{"role": "assistant", "content": "x" * 1_000_000}])
    client = as_user(ana)
    page = client.get(address(seat)).text
    assert "60000 of 1000000 characters are shown" in page
    assert len(page) < 120_000
    rest = client.get(
        address(seat, "turns"), {"turn": 1, "start": 960_000}, headers={"HX-Request": "true"}
    ).text
    assert rest.count("x") >= 40_000
    assert "characters are shown" not in rest


@pytest.mark.parametrize(
    "query", [{}, {"start": "-1"}, {"start": "x"}, {"turn": "99", "start": "0"}, {"turn": "a"}]
)
def test_turns_that_are_not_there_are_not_found(as_user, ana, project, query):
    seat = seat_at(project, ana, talk(50))
    assert as_user(ana).get(address(seat, "turns"), query).status_code == 404


def test_only_who_holds_the_seat_reads_its_turns(as_user, ana, ben, dan, carol, project, client):
    seat = seat_at(project, ana, talk(50))
    for other in (ben, dan, carol):
        assert as_user(other).get(address(seat, "turns"), {"start": 12}).status_code == 404
    assert as_user(ana).post(address(seat, "turns")).status_code == 405
    client.logout()
    assert client.get(address(seat, "turns"), {"start": 12}).status_code == 302


def test_more_turns_hide_who_speaks_as_the_page_does(as_user, ana, project):
    seat = seat_at(project, ana, talk(100))
    for answer in (
        as_user(ana).get(address(seat)),
        as_user(ana).get(address(seat, "turns"), {"start": 12}),
    ):
        assert "model-zeta" not in answer.text


def test_calls_stand_beside_what_the_reference_expects(as_user, ana, project):
    turn = {"role": "assistant", "content": None, "tool_calls": [CALL]}
    wanted = [{"name": "book", "arguments": {"seat": 1}}, {"name": "pay", "arguments": {}}]
    seat = seat_at(project, ana, [turn], reference={"expected_calls": wanted})
    page = as_user(ana).get(address(seat)).text
    assert "1 argument differs" in page
    assert "Expected, but not called" in page
    assert "pay" in page


def test_documents_and_reference_open_in_a_drawer(as_user, ana, project):
    documents = {"documents": [{"title": "Policy <b>", "text": "# Returns\n\nWithin *30* days."}]}
    seat = seat_at(project, ana, talk(1), reference="So it is.", metadata=documents)
    page = as_user(ana).get(address(seat)).text
    assert 'popovertarget="sources"' in page
    assert "Policy &lt;b&gt;" in page
    assert "Within <em>30</em> days." in page
    assert "So it is." in page


@pytest.mark.parametrize("documents", ["x", [1, None], {"a": 1}, [{"title": 3}]])
def test_documents_of_any_shape_break_nothing(as_user, ana, project, documents):
    seat = seat_at(project, ana, talk(1), metadata={"documents": documents})
    assert as_user(ana).get(address(seat)).status_code == 200


def test_markdown_is_set_and_can_be_read_to_the_letter(as_user: LogIn, ana, project):
    seat = seat_at(project, ana, [{"role": "assistant", "content": "a *b* $x$"}])
    client = as_user(ana)
    assert "a <em>b</em>" in client.get(address(seat)).text
    assert "a *b* $x$" in client.get(address(seat), {"text": "plain"}).text


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([{"role": "assistant", "content": " \n\t "}], 1),
        ([{"role": "assistant", "content": "", "tool_calls": [CALL]}], 0),
        ([{"role": "assistant", "content": "."}], 0),
    ],
)
def test_a_turn_without_a_text_says_so(as_user: LogIn, ana, project, messages, said):
    """Nothing there looks like something that was not shown."""
    page = as_user(ana).get(address(seat_at(project, ana, messages))).text
    assert page.count(">no text<") == said
