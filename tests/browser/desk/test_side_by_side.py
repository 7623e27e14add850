"""Several responses on one page: what is asked, flagged, chosen and measured of each of them."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, expect

from labeling.models import Assignment, Batch, Flag, Rating, RatingDraft
from labeling.ways import Asking
from tests.browser.conftest import PATIENCE, Person
from tests.browser.desk.hands import (
    eventually,
    failed,
    flag_sent,
    held,
    intercept,
    kept,
    ready,
    rest,
    saved,
    visit,
)
from tests.browser.desk.test_leaving import OFFLINE, close_asking
from tests.labeling.rating.seats import drafted
from tests.labeling.test_grids import opened

UNREACHED = "not saved, will retry: The server cannot be reached."


@pytest.fixture
def batch(project) -> Batch:
    return opened(project, 2, 2)


@pytest.fixture
def page(at_desk, batch, ana) -> Page:
    return at_desk(ana, batch)


def seat_at(page: Page, column: int) -> int:
    return int(page.locator("[data-column]").nth(column).get_attribute("data-seat") or 0)


def level(page: Page, column: int, key: str, value: str):
    criterion = page.locator("[data-column]").nth(column).locator(f"[data-criterion={key}]")
    return criterion.locator(f"input[type=radio][value='{value}']")


def send(page: Page) -> None:
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)


def test_an_overall_is_said_of_every_response_and_sent_with_the_rest(at_desk, project, ana):
    batch = opened(project, 2, 2, asking=Asking(way="grid", overall_share=Decimal(1)))
    page = at_desk(ana, batch)
    page.keyboard.press("f")
    flagged = page.get_by_label("Criterion", exact=True).locator("option:checked")
    expect(flagged).to_have_text("None in particular")
    page.keyboard.press("Escape")
    # The overall of both, then two criteria of both: three rows, two columns.
    for _ in range(6):
        page.keyboard.press("2")
    expect(page.locator("fieldset:disabled")).to_have_count(2)
    send(page)
    ready(page)
    assert set(Rating.objects.values_list("overall", flat=True)) == {2}
    assert Rating.objects.count() == 2


def test_the_keys_of_a_dialog_are_its_own(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    page.keyboard.press("l")
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog", name="Flag a problem")
    # What one stands at is what is flagged, unless one says otherwise.
    expect(dialog.get_by_label("Response B")).to_be_checked()
    page.keyboard.type("Breaks off.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    flag_sent(page)
    assert not Rating.objects.exists()
    found = Flag.objects.get()
    assert (found.text, found.assignment_id) == ("Breaks off.", seat_at(page, 1))
    page.keyboard.press("s")
    page.locator("#skip").get_by_label("Outside my field").check()
    before = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != before)
    assert set(Assignment.objects.filter(state="skipped").values_list("rater", flat=True)) == {
        ana.pk
    }
    assert not Rating.objects.exists()


def test_two_tabs_choose_response_by_response(page, room, context, watch, ana):
    watch.expected = ("status of 409",)
    other = context.new_page()
    visit(other, page.url)
    for column in (0, 1):
        level(page, column, "polite", "0").check()
    saved(page)
    # Both are written before the question about the first stands over the second.
    sent, let_go = held(other, "**/draft")
    for column in (0, 1):
        level(other, column, "polite", "1").check()
    for number in (1, 2):
        eventually(other, lambda number=number: len(sent) == number)
        let_go()
    other.unroute("**/draft")
    dialog = other.get_by_role("alertdialog")
    expect(dialog.locator("tbody tr")).to_have_count(1)
    Person(other, room.base, ana.username, watch).check_accessibility()
    first = dialog.locator("[data-conflict-text]")
    asked = re.match(r"Response ([AB]):", first.inner_text())
    assert asked
    # While one is asked nothing is sent.
    other.keyboard.press("Control+Enter")
    assert not Rating.objects.exists()
    dialog.get_by_role("button", name="Keep what is here").click()
    last = {"A": "B", "B": "A"}[asked[1]]
    expect(first).to_have_text(re.compile(f"^Response {last}:"))
    dialog.get_by_role("button", name="Take what was saved elsewhere").click()
    expect(dialog).to_be_hidden()
    saved(other)
    said = {one.assignment_id: drafted(one)["polite"]["value"] for one in RatingDraft.objects.all()}
    here, there = ("AB".index(letter) for letter in (asked[1], last))
    assert said == {seat_at(other, here): "1", seat_at(other, there): "0"}
    expect(level(other, there, "polite", "0")).to_be_checked()


def lose_replies(route: Route) -> None:
    """The server has what was sent; the page never learns so."""
    route.fetch(timeout=PATIENCE)
    route.abort("connectionreset")


def test_a_save_of_ones_own_whose_answer_was_lost_is_no_conflict(
    at_desk, batch, context, watch, ana
):
    watch.expected = ("ERR_CONNECTION_RESET",)
    page = at_desk(ana, batch, clock=True)
    intercept(page, "**/draft", lose_replies)
    level(page, 0, "polite", "1").check()
    rest(page)
    failed(page, UNREACHED)
    assert len(kept(page)) == 1
    address = page.url
    page.close()
    again = context.new_page()
    visit(again, address)
    expect(level(again, 0, "polite", "1")).to_be_checked()
    expect(again.get_by_role("alertdialog")).to_be_hidden()
    assert kept(again) == []


def test_closing_with_something_unsent_warns(page, context, watch):
    watch.expected = (*OFFLINE, "dialog")
    context.set_offline(True)
    level(page, 1, "polite", "1").check()
    failed(page, UNREACHED)
    assert close_asking(page) == ["beforeunload"]
    context.set_offline(False)
    saved(page)
    assert close_asking(page) == []


def test_sent_again_before_the_next_page_is_there_it_goes_once(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    for _ in range(4):
        page.keyboard.press("2")
    rest(page)
    saved(page)
    sent, let_go = held(page, "**/grid")
    before = page.url
    page.keyboard.press("Control+Enter")
    eventually(page, lambda: len(sent) == 1)
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    let_go()
    page.wait_for_url(lambda url: url != before)
    assert Rating.objects.count() == 2


@pytest.mark.usefixtures("slow_undo")
def test_what_was_sent_is_taken_back_by_one_key(at_desk, project, ana):
    page = at_desk(ana, opened(project, 2, 2), clock=True)
    first = page.url
    for _ in range(4):
        page.keyboard.press("2")
    send(page)
    ready(page)
    page.keyboard.press("u")
    page.wait_for_url(first)
    ready(page)
    expect(page.locator("input:checked")).to_have_count(4)
    assert Rating.objects.filter(withdrawn=True).count() == 2
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_the_time_at_the_page_is_measured_and_divided(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    for _ in range(4):
        page.keyboard.press("2")
    page.clock.run_for(10_000)
    saved(page)
    shown = page.locator("[data-active-time]").inner_text()
    told = re.fullmatch(r"(\d+):(\d\d) active", shown)
    assert told
    seconds = int(told[1]) * 60 + int(told[2])
    assert seconds >= 10
    seats = [seat_at(page, column) for column in (0, 1)]
    send(page)
    each = seconds * 500
    for one in Rating.objects.all():
        assert each <= one.active_ms < each + 1000
    # A correction of one of them goes on from its part.
    kept_of = "(seat) => Number(sessionStorage.getItem(`rubricstudio-active:${seat}`))"
    assert [page.evaluate(kept_of, seat) >= each for seat in seats] == [True, True]
