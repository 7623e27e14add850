"""Rating in the browser: by keyboard alone, what is missing shown, and across a moving rubric."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from labeling import asking_again
from labeling.models import Assignment, Rating
from tests.browser.conftest import Person
from tests.browser.desk.hands import browsing, choose, kept, log_in, ready, rest, saved
from tests.labeling import moving as steps

OFFLINE = ("ERR_INTERNET_DISCONNECTED",)


@pytest.mark.usefixtures("slow_undo")
def test_a_response_is_rated_by_the_keyboard_alone(at_desk, batch, ana):
    page = at_desk(ana, batch, clock=True)
    page.keyboard.press("2")
    page.keyboard.press("c")
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.keyboard.type("Curt 2 jk?")
    rest(page)
    saved(page)
    first = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first and "after=" in url)
    made = Rating.objects.get()
    told = {one.criterion.key: (one.answer, one.value) for one in made.scores.all()}
    assert told == {"cites_policy": ("scored", 1), "polite": ("cannot_assess", None)}
    assert [one.rationale for one in made.scores.order_by("criterion__position")] == [
        "Curt 2 jk?",
        "",
    ]
    expect(page.locator("[data-undo]")).to_be_visible()
    ready(page)
    page.keyboard.press("u")
    page.wait_for_url(first)
    assert page.locator("input:checked").count() == 2


def test_the_cheat_sheet_is_the_key_map_and_no_key_means_two_things(
    at_desk, room, watch, batch, ana
):
    page = at_desk(ana, batch)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_be_visible()
    keymap = page.evaluate("import('/static/js/desk/keymap.js').then(({keymap}) => keymap)")
    assert sheet.locator("dd").all_inner_texts() == [entry["text"] for entry in keymap]
    shown = sheet.locator("dt").evaluate_all(
        "all => all.map(one => [...one.querySelectorAll('kbd')].map(key => key.textContent))"
    )
    assert shown == [row["shown"] for row in keymap]
    bound = [(bool(entry.get("ctrl")), key) for entry in keymap for key in entry["keys"]]
    assert len(bound) == len(set(bound))
    Person(page, room.base, ana.username, watch).check_accessibility()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_what_is_missing_is_shown_where_it_is_missing(at_desk, watch, batch, ana):
    watch.expected = ("status of 422",)
    page = at_desk(ana, batch)
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-criterion=polite] .criterion-error")).to_have_text(
        "Is not answered yet"
    )
    assert not Rating.objects.exists()
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "after=" in url)
    assert Assignment.objects.filter(state="leased").count() == 1


def test_without_script_the_same_page_works(browser, live_server, watch, batch, ana):
    with browsing(browser, live_server.url, watch, java_script_enabled=False) as context:
        log_in(context, live_server.url, ana)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/")
        page.get_by_role("button", name="Start rating").click()
        page.wait_for_url("**/desk/seat/*/")
        for group in page.locator("fieldset.criterion").all():
            group.get_by_label("Not met").check()
        page.get_by_role("button", name="Submit and next").click()
        page.wait_for_url("**/desk/seat/*/?after=*")
    assert Rating.objects.get().scores.count() == 2


@pytest.fixture
def moving(project, carol, ana) -> Callable[[], None]:
    """A batch ana rates in, and the step that moves it to version 2."""
    made = steps.opened(project, 2, overlap=1)
    version = steps.second(project)

    def move() -> None:
        asking_again.move_forward(made, version, by=carol)

    move.batch = made
    return move


def test_a_page_of_the_old_version_leads_on_with_its_answers(at_desk, moving, ana):
    page = at_desk(ana, moving.batch)
    choose(page, "cites", "1")
    saved(page)
    moving()
    choose(page, "polite", "1")
    with page.expect_navigation():
        page.get_by_role("link", name="Go on by the new version").click()
    ready(page)
    expect(page.locator("[data-criterion=cites] input:checked")).to_have_value("1")
    assert page.locator("[data-criterion=polite] input:checked").count() == 0
    expect(page.locator("#desk-notices")).to_contain_text("1 of your answers go on")
    choose(page, "polite", "2")
    choose(page, "complete", "0")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "after=" in url)
    assert Rating.objects.get().rubric_version.number == 2


def test_what_is_submitted_by_the_old_version_comes_back_in_the_new_form(
    at_desk, watch, moving, ana
):
    watch.expected = ("status of 409",)
    page = at_desk(ana, moving.batch)
    choose(page, "cites", "1")
    choose(page, "polite", "1")
    saved(page)
    moving()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    ready(page)
    expect(page.locator("[data-criterion=complete]")).to_be_visible()
    assert page.locator("input:checked").count() == 1
    assert not Rating.objects.exists()
    assert kept(page) == []


def test_unsent_answers_of_the_old_version_do_not_answer_another_scale(
    context, at_desk, watch, moving, ana
):
    watch.expected = OFFLINE
    page = at_desk(ana, moving.batch)
    address = page.url
    context.set_offline(True)
    choose(page, "cites", "1")
    choose(page, "polite", "1")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "failed")
    page.close()
    moving()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    # The page hands the answers over and comes again with those that go on.
    expect(page.locator("#desk-notices")).to_contain_text("1 of your answers go on")
    ready(page)
    expect(page.locator("[data-criterion=cites] input:checked")).to_have_value("1")
    assert page.locator("[data-criterion=polite] input:checked").count() == 0
    assert kept(page) == []
