"""Flags by one key wherever one rates: nothing that was typed is lost, and the page stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from labeling.models import Assignment, Batch, Flag, Rating
from tests.browser.desk.hands import answer_all, flag_sent, submit
from tests.browser.desk.test_sitting import COUNT, answer, checked, criterion, place
from tests.labeling import test_grids as grids
from tests.labeling import test_sittings as sittings


@pytest.fixture
def sitting(project) -> Batch:
    return sittings.opened(project, COUNT)


def flagged(page: Page, words: str) -> None:
    """A flag on the response one stands at, by keys alone."""
    page.keyboard.press("f")
    expect(page.get_by_label("What is wrong")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")


def test_one_is_flagged_without_leaving_the_page(at_desk, sitting, ana):
    page = at_desk(ana, sitting, clock=True)
    answer(page, "2", "2")
    page.keyboard.press("r")
    page.keyboard.type("Not yet sa")
    page.keyboard.press("Escape")
    page.evaluate("window.same = true")
    page.keyboard.press("f")
    flag = page.get_by_role("dialog", name="Flag a problem with response 3")
    expect(flag.get_by_label("Problem with the rubric")).to_be_checked()
    here = page.locator("[data-place]").nth(2).locator("[data-criterion]")
    expect(flag.get_by_label("Criterion")).to_have_value(here.get_attribute("data-id"))
    page.keyboard.press("Escape")
    flagged(page, "Cut off.")
    flag_sent(page)
    expect(flag).to_be_hidden()
    third = Assignment.objects.order_by("pk")[2]
    assert Flag.objects.get().assignment_id == third.pk
    assert (checked(page), place(page)) == (2, 3)
    assert page.evaluate("window.same")
    # The next one is another flag, and the last ones stand beneath it.
    page.get_by_role("button", name="Flag response 1").click()
    page.get_by_text("Your last flags on this rubric").click()
    first = page.get_by_role("dialog", name="Flag a problem with response 1")
    expect(first).to_contain_text("Cut off.")
    first.get_by_label("What is wrong").fill("Two ways to read it.")
    page.keyboard.press("Control+Enter")
    expect(first).to_be_hidden()
    assert Flag.objects.count() == 2


def test_words_of_a_flag_stay_until_they_are_sent(at_desk, context, watch, sitting, ana):
    watch.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    page = at_desk(ana, sitting, clock=True)
    answer(page, "2", "2", "2", "2")
    page.keyboard.press("k")
    context.set_offline(True)
    flagged(page, "Cut off.")
    expect(page.locator("[data-flag-problem]")).to_contain_text("Your words are kept")
    page.keyboard.press("Escape")
    context.set_offline(False)
    # They stay with response 3, wherever one goes, and keep the page.
    page.get_by_role("button", name="Flag response 1").click()
    third = page.get_by_role("dialog", name="Flag a problem with response 3")
    expect(third.get_by_label("What is wrong")).to_have_value("Cut off.")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    expect(third).to_be_visible()
    third.get_by_label("What is wrong").fill("")
    page.keyboard.press("Escape")
    # Not sent for want of a press, not of a network: the page says so.
    page.keyboard.press("f")
    page.keyboard.type("Cut off here.")
    page.keyboard.press("Escape")
    page.locator("[data-primary]").click()
    expect(page.locator("[data-flag-problem]")).to_contain_text("not sent yet")
    page.keyboard.press("Control+Enter")
    flag_sent(page)
    assert [one.text for one in Flag.objects.all()] == ["Cut off here."]
    page.keyboard.press("Control+Enter")
    criterion(page, "Criterion 2 of 2")


@pytest.mark.parametrize("way", ["single", "grid"])
def test_a_rating_waits_for_the_flag_that_was_typed(at_desk, project, batch, ana, way):
    asked = batch if way == "single" else grids.opened(project, 1, 2, key="side")
    page = at_desk(ana, asked, clock=True)
    here = page.url
    page.keyboard.press("f")
    page.keyboard.type("Two ways to read it.")
    page.keyboard.press("Escape")
    for _ in range(1 if way == "single" else 2):
        answer_all(page)
    submit(page)
    expect(page.get_by_role("dialog", name="Flag a problem")).to_be_visible()
    expect(page.locator("[data-flag-problem]")).to_contain_text("not sent yet")
    assert not Rating.objects.exists()
    submit(page)
    flag_sent(page)
    submit(page)
    page.wait_for_url(lambda url: url != here)
    assert Flag.objects.count() == 1
    assert Rating.objects.count() == (1 if way == "single" else 2)
