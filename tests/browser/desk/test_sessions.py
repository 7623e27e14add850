"""Who is logged in changes: answers belong to one person, and only theirs is ever sent or read."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from labeling.models import Assignment, RatingDraft
from labeling.ways import Asking
from tests.browser.desk.hands import (
    answer_all,
    choose,
    failed,
    intercept,
    kept,
    log_in,
    ready,
    reason,
    rest,
    saved,
    submit,
    visit,
    write,
)
from tests.labeling.rating.seats import drafted
from tests.labeling.test_grids import opened

PASSWORD = "correct horse battery"
# Notes every key of the storage that a page reads.
SPY = """window.readKeys = [];
const read = Storage.prototype.getItem;
Storage.prototype.getItem = function (key) { readKeys.push(key); return read.call(this, key); };"""


def log_in_by_form(page, base: str, username: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def log_out(page) -> None:
    page.locator("[popovertarget=account-menu]").click()
    page.get_by_role("button", name="Log out").click()


@pytest.mark.parametrize("way", ["grid", "by_criterion"])
def test_an_ended_session_is_told_where_several_are_rated(
    at_desk, context, room, watch, project, ana, way
):
    watch.expected = ("status of 401",)
    page = at_desk(ana, opened(project, 2, 2, asking=Asking(way=way)), clock=True)
    page.set_viewport_size({"width": 390, "height": 800})
    Session.objects.all().delete()
    page.keyboard.press("2")
    rest(page)
    line = page.locator("#save-state")
    expect(line).to_contain_text("You are logged out")
    expect(line.get_by_role("link")).to_have_attribute("href", "/accounts/login/")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    log_in(context, room.base, ana)
    page.clock.fast_forward("00:30")
    saved(page)
    assert "cites_policy" in drafted(RatingDraft.objects.get())


def test_an_ended_session_keeps_the_answers_until_one_is_back(
    at_desk, context, room, watch, batch, ana
):
    watch.expected = ("status of 401",)
    page = at_desk(ana, batch, clock=True)
    Session.objects.all().delete()
    page.keyboard.press("2")
    rest(page)
    notice = page.locator("#desk-notices [data-live]")
    expect(notice).to_contain_text("You are logged out")
    assert not RatingDraft.objects.exists()
    log_in(context, room.base, ana)
    page.clock.fast_forward("00:30")
    saved(page)
    assert "cites_policy" in drafted(RatingDraft.objects.get())
    expect(notice).to_have_count(0)


def test_a_submission_waits_for_its_own_person(at_desk, context, room, watch, batch, ana, ben):
    watch.expected = ("status of 401", "status of 404")
    page = at_desk(ana, batch, clock=True)
    first = page.url
    answer_all(page)
    rest(page)
    saved(page)
    Session.objects.all().delete()
    submit(page)
    failed(page, "not sent, will retry")
    log_in(context, room.base, ben)
    with page.expect_response("**/submit"):
        page.clock.fast_forward("00:30")
    failed(page, "not sent, will retry")
    assert page.url == first
    log_in(context, room.base, ana)
    page.clock.fast_forward("01:00")
    page.wait_for_url(lambda url: url != first)
    assert Assignment.objects.filter(state="submitted", rater=ana).count() == 1
    assert not Assignment.objects.filter(rater=ben).exists()


def test_answers_of_one_are_neither_sent_nor_shown_when_another_logs_in(
    at_desk, context, room, watch, batch, ana, ben
):
    watch.expected = ("status of 401", "status of 404")
    page = at_desk(ana, batch)
    address = page.url
    Session.objects.all().delete()
    page.keyboard.press("2")
    write(page, "cites_policy", "Only mine")
    expect(page.locator("#desk-notices [data-live]")).to_contain_text("You are logged out")
    page.close()
    log_in(context, room.base, ben)
    context.add_init_script(SPY)
    other = context.new_page()
    other.goto(f"{room.base}/desk/")
    other.get_by_role("button", name="Start rating").click()
    ready(other)
    assert "Only mine" not in other.content()
    assert other.locator("input:checked").count() == 0
    read = other.evaluate("readKeys")
    assert read
    assert not [key for key in read if f":{ana.pk}:" in key]
    assert not RatingDraft.objects.exists()
    assert kept(other) == [f"rubricstudio-desk:{ana.pk}:{Assignment.objects.get(rater=ana).pk}"]
    other.close()
    log_in(context, room.base, ana)
    back = context.new_page()
    visit(back, address)
    expect(reason(back, "cites_policy")).to_have_value("Only mine")
    saved(back)
    assert kept(back) == []


def test_a_log_in_in_another_tab_changes_the_key_of_forms_unnoticed(
    at_desk, context, room, batch, ana
):
    page = at_desk(ana, batch)
    token = "document.cookie.match(/csrftoken=(\\w+)/)[1]"
    before = page.evaluate(token)
    other = context.new_page()
    context.clear_cookies(name="sessionid")
    log_in_by_form(other, room.base, "ana")
    other.close()
    assert page.evaluate(token) != before
    # Neither a draft, a flag nor a plain form of the old page is refused.
    page.keyboard.press("2")
    saved(page)
    page.keyboard.press("s")
    page.locator("#skip").get_by_label("Outside my field").check()
    here = page.url
    page.get_by_role("button", name="Skip and go on").click()
    page.wait_for_url(lambda url: url != here)
    ready(page)
    assert Assignment.objects.filter(state="skipped").count() == 1


def test_logging_out_says_first_what_is_unsent_and_then_leaves_nothing_behind(
    at_desk, context, room, watch, batch, ana, ben
):
    watch.expected = ("ERR_FAILED", "status of 401", "status of 403", "status of 404")
    page = at_desk(ana, batch, clock=True)
    intercept(page, "**/draft", lambda route: route.abort())
    page.keyboard.press("2")
    rest(page)
    failed(page)
    mine = kept(page)
    assert mine == [f"rubricstudio-desk:{ana.pk}:{Assignment.objects.get().pk}"]
    page.evaluate(f"localStorage.setItem('rubricstudio-desk:{ben.pk}:1', '\"of another\"')")
    other = context.new_page()
    other.goto(f"{room.base}/desk/ratings/")
    log_out(other)
    expect(other.locator("#site-alerts")).to_contain_text("not on the server yet")
    assert mine[0] in kept(other)
    log_out(other)
    other.wait_for_url(lambda url: "/desk/ratings/" not in url)
    # The tab that is still open keeps nothing from now on either.
    expect(page.locator("#desk-notices [data-live]")).to_contain_text("You are logged out")
    page.clock.fast_forward("00:10")
    choose(page, "polite", "1")
    page.clock.fast_forward("00:10")
    assert kept(page) == [f"rubricstudio-desk:{ben.pk}:1"]
    failed(page)


def test_logging_out_with_everything_saved_just_logs_out(at_desk, batch, ana):
    page = at_desk(ana, batch)
    page.keyboard.press("2")
    saved(page)
    log_out(page)
    page.wait_for_url("**/accounts/login/**")
    assert kept(page) == []
