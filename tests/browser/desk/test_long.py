"""What comes later than its page: the middle of a long conversation, what became of one's flags."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from labeling.models import Assignment, QueueEntry, Response
from tests import factories
from tests.browser.desk.hands import eventually, intercept, submit_all

TURNS = 120
FAILED = "Your last flags could not be loaded."


@pytest.fixture
def talk(project) -> Response:
    """A conversation that is shown by its first and last twelve turns, and the way between."""
    return Response.objects.create(
        project=project,
        item=factories.item(project),
        generator=factories.generator(project),
        external_id="long/0",
        messages=[{"role": "assistant", "content": f"said {at}."} for at in range(TURNS)],
        output="",
        content_hash=factories.digest("long"),
    )


@pytest.fixture
def short(project, talk, at_desk, ana) -> Page:
    """The desk with a short response; the long one comes next."""
    response = factories.response(factories.item(project), text="Short.")
    batch = factories.batch(factories.published(project), [response])
    page = at_desk(ana, batch)
    QueueEntry.objects.create(
        project=project, batch=batch, response=talk, key=1, overlap=batch.overlap
    )
    return page


def asked_for(page: Page, ending: str) -> list[str]:
    """Addresses that end so, of what is asked for from now on."""
    seen: list[str] = []
    page.on(
        "request",
        lambda one: seen.append(one.url) if one.url.partition("?")[0].endswith(ending) else None,
    )
    return seen


def read_through(page: Page) -> None:
    """Every turn is there after one has scrolled from the beginning to the end."""
    page.locator(".desk-response").hover(position={"x": 200, "y": 300})

    def is_whole() -> bool:
        page.mouse.wheel(0, 2000)
        return page.locator(".desk-response .turn", has_text="said ").count() == TURNS

    eventually(page, is_whole)
    assert page.locator(".turn-gap").count() == 0
    expect(page.locator(".desk-response")).to_contain_text("said 60.")


def test_a_long_conversation_comes_as_one_scrolls(at_desk, project, talk, ana):
    batch = factories.batch(factories.published(project), [talk])
    read_through(at_desk(ana, batch))


def test_only_a_conversation_with_a_gap_brings_what_fills_it(short):
    short.wait_for_load_state("networkidle")
    assert short.evaluate("typeof htmx") == "undefined"
    fetched = asked_for(short, "htmx-2.min.js")
    short.evaluate("window.sameDocument = true")
    submit_all(short)
    read_through(short)
    assert short.evaluate("window.sameDocument")
    assert len(fetched) == 1


def test_the_middle_stays_a_link_while_what_fills_it_cannot_be_had(short, watch):
    watch.expected = ("net::ERR_FAILED",)
    intercept(short, "**/htmx-2.min.js", lambda route: route.abort())
    with short.expect_event("requestfailed", lambda one: one.url.endswith("htmx-2.min.js")):
        submit_all(short)
    # the question and 120 turns, without twelve at either end
    expect(short.locator(".turn-gap a")).to_have_text("97 turns between")
    short.unroute("**/htmx-2.min.js")
    # Once is too early for a page that has not heard yet that it failed.
    comes_back = "dispatchEvent(new Event('online')), typeof htmx"
    eventually(short, lambda: short.evaluate(comes_back) == "object")
    read_through(short)


def close(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.locator("#flag")).to_be_hidden()


def test_the_last_flags_are_shown_where_one_flags(at_desk, batch, ana):
    page = at_desk(ana, batch)
    factories.flag(Assignment.objects.get(state="leased"), "Names no date.")
    own = page.locator("#flag [data-own-flags]")
    page.keyboard.press("f")
    own.get_by_text("Your last flags on this rubric").click()
    expect(own).to_contain_text("Names no date.")
    close(page)
    submit_all(page)
    page.keyboard.press("f")
    own.get_by_text("Your last flags on this rubric").click()
    expect(own).to_contain_text("Names no date.")


def test_flags_that_could_not_be_loaded_say_so_until_they_can(at_desk, context, batch, ana, watch):
    watch.expected = ("net::ERR_FAILED", "500")
    answers: list[Callable[[Route], None]] = [
        lambda route: route.abort(),
        lambda route: route.fulfill(status=500, body="<p>Away</p>"),
        lambda route: route.continue_(),
    ]
    # Before there is a page: one that is busy takes a moment until it asks us for everything.
    context.route("**/flags", lambda route: answers.pop(0)(route))
    page = at_desk(ana, batch)
    factories.flag(Assignment.objects.get(state="leased"), "Names no date.")
    own = page.locator("#flag [data-own-flags]")
    page.keyboard.press("f")
    expect(own).to_contain_text(FAILED)
    close(page)
    with page.expect_response("**/flags"):
        page.keyboard.press("f")
    expect(own).to_contain_text(FAILED)
    assert "Away" not in own.inner_text()
    close(page)
    page.keyboard.press("f")
    expect(own).to_contain_text("Names no date.")
