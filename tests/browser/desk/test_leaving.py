"""Tabs, the way back, closing: nobody leaves unsent work behind without being told."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Dialog, Error, Page, expect

from labeling.models import Project, Rating, RatingDraft
from tests.browser.conftest import PATIENCE, Person
from tests.browser.desk.hands import (
    choose,
    failed,
    go,
    intercept,
    kept,
    reason,
    saved,
    submit,
    submit_all,
    visit,
    write,
)
from tests.labeling.rating.seats import drafted

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


def close_asking(page: Page) -> list[str]:
    """Close the tab as a person does, and stay when asked; what the browser asked about."""
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    for _ in range(PATIENCE // 50):
        if asked or page.is_closed():
            break
        with suppress(Error):
            page.wait_for_timeout(50)
    return asked


def test_closing_with_something_unsent_warns(at_desk, context, watch, batch, ana):
    watch.expected = (*OFFLINE, "dialog")
    page = at_desk(ana, batch)
    context.set_offline(True)
    page.keyboard.press("2")
    failed(page)
    assert close_asking(page) == ["beforeunload"]
    context.set_offline(False)
    saved(page)
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "1"


def test_closing_with_everything_saved_asks_nothing(at_desk, batch, ana):
    page = at_desk(ana, batch)
    page.keyboard.press("2")
    saved(page)
    assert close_asking(page) == []
    assert page.is_closed()


def test_a_correction_that_was_begun_is_not_left_unasked(at_desk, room, watch, batch, ana):
    watch.expected = ("dialog",)
    page = at_desk(ana, batch)
    address = page.url
    submit_all(page)
    visit(page, f"{address}?correct=1")
    page.keyboard.press("1")
    assert close_asking(page) == ["beforeunload"]


def test_switched_off_nothing_of_the_answers_is_written_in_the_browser(
    at_desk, context, watch, batch, ana
):
    watch.expected = (*OFFLINE, "dialog")
    Project.objects.update(drafts_in_browser=False)
    page = at_desk(ana, batch)
    context.set_offline(True)
    page.keyboard.press("2")
    write(page, "cites_policy", "UNMISTAKABLE")
    failed(page)
    choose(page, "polite", "1")
    submit(page)
    failed(page, "not sent, will retry")
    stores = page.evaluate(
        """async () => [
          JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
          JSON.stringify(await indexedDB.databases()), JSON.stringify(await caches.keys()),
        ]"""
    )
    assert not [one for one in stores if "UNMISTAKABLE" in one or "answers" in one]
    assert kept(page) == []
    assert stores[3:] == ["[]", "[]"]
    # Nothing else keeps it, so leaving is asked about even before the first failure.
    assert close_asking(page) == ["beforeunload"]
    context.set_offline(False)
    page.wait_for_url(lambda url: "after=" in url)


def test_switched_on_they_are_kept_there_until_the_server_has_them(
    at_desk, context, watch, batch, ana
):
    """Else the test above would pass on a desk that never keeps anything."""
    watch.expected = OFFLINE
    page = at_desk(ana, batch)
    context.set_offline(True)
    write(page, "cites_policy", "UNMISTAKABLE")
    failed(page)
    assert "UNMISTAKABLE" in page.evaluate("JSON.stringify(localStorage)")
    context.set_offline(False)
    saved(page)
    assert kept(page) == []


def test_a_second_tab_is_told_and_chooses(at_desk, room, context, watch, batch, ana):
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)
    other = context.new_page()
    visit(other, page.url)
    page.keyboard.press("1")
    saved(page)
    other.keyboard.press("2")
    dialog = other.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr")).to_have_count(1)
    expect(dialog.locator("tbody tr")).to_contain_text(re.compile("Met.*Not met"))
    Person(other, room.base, ana.username, watch).check_accessibility()
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "0"
    dialog.get_by_role("button", name="Keep what is here").click()
    saved(other)
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "1"


def test_a_second_tab_takes_what_was_saved_elsewhere(at_desk, context, watch, batch, ana):
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)
    other = context.new_page()
    visit(other, page.url)
    page.keyboard.press("1")
    write(page, "cites_policy", "No date")
    saved(page)
    other.keyboard.press("2")
    dialog = other.get_by_role("alertdialog")
    dialog.get_by_role("button", name="Take what was saved elsewhere").press("Enter")
    expect(dialog).to_be_hidden()
    expect(reason(other, "cites_policy")).to_have_value("No date")
    expect(other.locator("[data-criterion=cites_policy] input:checked")).to_have_value("0")
    saved(other)


@pytest.mark.parametrize("ask", ["submit", "draft"])
def test_what_another_tab_wrote_for_a_submitted_response_is_shown_not_dropped(
    at_desk, context, watch, batch, ana, ask: str
):
    watch.expected = ("status of 409", *OFFLINE)
    page = at_desk(ana, batch)
    address = page.url
    other = context.new_page()
    visit(other, address)
    submit_all(page)
    # The server says nothing of drafts before all of it is written.
    intercept(other, "**/draft", lambda route: route.abort())
    choose(other, "cites_policy", "0")
    write(other, "cites_policy", "Written elsewhere")
    if ask == "submit":
        choose(other, "polite", "0")
        submit(other)
    else:
        other.unroute("**/draft")
        other.evaluate("dispatchEvent(new Event('online'))")
    other.wait_for_selector("[data-submitted]")
    alert = other.locator(".desk-form .alert", has_text="not taken")
    expect(alert).to_contain_text("Written elsewhere")
    assert Rating.objects.count() == 1
    alert.get_by_role("button", name="Discard them").click()
    expect(alert).to_have_count(0)
    assert kept(other) == []


def test_the_back_button_finds_ones_answers_and_no_form(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first = page.url
    submit_all(page)
    second = page.url
    go(page, "back", first)
    expect(page.locator(".desk-bar")).to_contain_text("Submitted")
    assert page.locator("form#rating").count() == 0
    assert Rating.objects.count() == 1
    go(page, "forward", second)
    assert page.locator("input:checked").count() == 0
    assert Rating.objects.count() == 1


def test_going_back_with_a_word_just_typed_saves_it_first(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first = page.url
    submit_all(page)
    here = page.url
    reason(page, "cites_policy").press_sequentially("On my way")
    go(page, "back", first)
    expect(page.locator(".desk-bar")).to_contain_text("Submitted")
    assert drafted(RatingDraft.objects.get())["cites_policy"]["rationale"] == "On my way"
    go(page, "forward", here)
    expect(reason(page, "cites_policy")).to_have_value("On my way")
