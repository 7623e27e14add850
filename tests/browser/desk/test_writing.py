"""An answer an expert writes, and an author's draft: kept while typed, given up only when told."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from labeling import answering
from labeling.models import AnswerPlace, Criterion, Item
from tests import factories
from tests.browser.desk.hands import (
    cut_reply,
    eventually,
    held,
    intercept,
    kept,
    log_in,
    stop_time,
    visit,
)
from tests.browser.desk.test_sessions import log_in_by_form, log_out

KEEP = "**/answers/*/keep"


@pytest.fixture
def place(project, ana, carol) -> AnswerPlace:
    factories.item(project)
    every = Item.objects.filter(project=project)
    task = answering.open_task(
        project, factories.published(project), "Answers", items=every, by=carol
    )
    return answering.claim(task, by=ana)


@pytest.fixture
def page(room, place, ana) -> Page:
    """The expert at the answer, with a clock that only the test moves."""
    log_in(room.context, room.base, ana)
    made = room.context.new_page()
    made.clock.install()
    made.goto(f"{room.base}{reverse('answer', args=[place.pk])}")
    stop_time(made)
    return made


def write(page: Page, text: str) -> None:
    """The answer, and the second after the last key."""
    page.get_by_role("textbox", name="Your answer").fill(text)
    page.clock.run_for(1_000)


def says(page: Page, words: Any) -> None:
    expect(page.locator("#save-state")).to_have_text(words)


def stored(place: AnswerPlace) -> tuple[str, int]:
    place.refresh_from_db()
    return place.text, place.edit


def test_one_save_at_a_time_and_the_last_text_wins(page, place):
    seen, let_go = held(page, KEEP)
    with page.expect_request(KEEP):
        write(page, "Yes.")
    write(page, "Yes, within 30 days.")
    write(page, "Yes, within 30 days of the purchase.")
    says(page, "saving")
    assert len(seen) == 1
    let_go()
    eventually(page, lambda: page.clock.run_for(100) or len(seen) == 2)
    let_go()
    says(page, "saved")
    assert stored(place) == ("Yes, within 30 days of the purchase.", 2)


@pytest.mark.parametrize("status", [401, 429, 503])
def test_what_the_server_cannot_take_just_now_is_sent_again(page, watch, place, status: int):
    watch.expected = (f"status of {status}",)
    answers = [status]

    def handle(route: Route) -> None:
        if answers:
            route.fulfill(status=answers.pop(), json={"title": "Not just now."})
        else:
            route.continue_()

    intercept(page, KEEP, handle)
    write(page, "Yes.")
    why = "you are logged out; log in again in another tab" if status == 401 else "Not just now."
    says(page, f"not saved, will retry: {why}")
    page.clock.run_for(30_000)
    says(page, "saved")
    assert stored(place) == ("Yes.", 1)


def test_ones_own_save_whose_answer_was_lost_is_no_conflict(page, watch, place):
    watch.expected = ("ERR_FAILED", "ERR_CONNECTION_RESET", "status of 409")
    cut_reply(page, KEEP)
    write(page, "Yes.")
    says(page, "not saved, will retry: The server cannot be reached.")
    assert stored(place) == ("Yes.", 1)
    write(page, "Yes, within 30 days.")
    eventually(page, lambda: page.clock.run_for(100) or stored(place)[1] == 2)
    says(page, "saved")
    assert stored(place) == ("Yes, within 30 days.", 2)


def test_what_was_written_elsewhere_too_is_not_written_over(page, watch, place, ana):
    watch.expected = ("status of 409",)
    answering.keep(place, "No.", edit=0, by=ana)
    write(page, "Yes.")
    says(page, "not saved: written at elsewhere too; “Keep for later” shows both texts")
    page.clock.run_for(60_000)
    assert stored(place) == ("No.", 1)
    page.get_by_role("button", name="Keep for later").click()
    expect(page.locator("#write + .alert")).to_contain_text("No.")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("Yes.")


def test_a_log_in_in_another_tab_changes_the_key_unnoticed(page, room, place):
    token = "document.cookie.match(/csrftoken=(\\w+)/)[1]"
    before = page.evaluate(token)
    other = room.context.new_page()
    room.context.clear_cookies(name="sessionid")
    log_in_by_form(other, room.base, "ana")
    assert page.evaluate(token) != before
    write(page, "Yes.")
    says(page, "saved")


def test_logging_out_says_first_that_the_answer_is_not_kept(page, watch, place):
    watch.expected = ("ERR_FAILED",)
    intercept(page, KEEP, lambda route: route.abort())
    write(page, "Yes.")
    says(page, "not saved, will retry: The server cannot be reached.")
    log_out(page)
    expect(page.locator("#site-alerts")).to_contain_text("not on the server yet")
    # Whoever stays is saved after all, and then nothing is asked.
    page.unroute(KEEP)
    page.clock.run_for(30_000)
    says(page, "saved")
    assert stored(place) == ("Yes.", 1)
    log_out(page)
    page.wait_for_url("**/accounts/login/**")


@pytest.fixture
def editor(room, watch, project) -> Page:
    """An author with a criterion open, whose text does not reach the server."""
    watch.expected = ("ERR_FAILED", "dialog")
    author = factories.member(project, "amy", "author")
    version = factories.draft(project)
    factories.criterion(version)
    log_in(room.context, room.base, author)
    page = room.context.new_page()
    visit(page, f"{room.base}{version.rubric.get_absolute_url()}edit")
    page.get_by_role("link", name="Edit").first.click()
    guidance = page.locator("form.criterion-form").get_by_label("Guidance")
    expect(guidance).to_be_visible()
    intercept(page, "**/edit/*", lambda route: route.abort())
    guidance.fill("UNSENT")
    expect(page.locator("#save-state")).to_contain_text("not saved, will retry")
    assert len(kept(page)) == 1
    return page


def test_logging_out_of_the_editor_leaves_nothing_that_would_come_back(editor):
    editor.on("dialog", lambda dialog: dialog.accept())
    log_out(editor)
    expect(editor.locator("#site-alerts")).to_contain_text("not on the server yet")
    log_out(editor)
    editor.wait_for_url("**/accounts/login/**")
    assert kept(editor) == []


def test_an_editor_still_open_after_the_log_out_keeps_nothing_more(editor, room):
    other = room.context.new_page()
    other.goto(f"{room.base}/")
    for _ in range(2):
        log_out(other)
    other.wait_for_url("**/accounts/login/**")
    form = editor.locator("form.criterion-form")
    form.get_by_label("Guidance").fill("UNSENT and more")
    expect(editor.locator("#save-state")).to_contain_text("not saved, will retry")
    # What it wrote before it had heard of the log-out goes as well.
    eventually(editor, lambda: kept(other) == [])
    assert Criterion.objects.get().guidance == ""
