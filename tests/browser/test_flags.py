"""From a flag by one key to its answer, and the guidelines beside the work, by keyboard alone."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import flag_sent, saved, stop_time
from tests.browser.experts import Expert, an_expert
from tests.browser.material import written
from tests.browser.seats import ready

GUIDELINES = "# How to read a case\n\nRead the **policy** first.\n\n" + "One more line.\n\n" * 60


@pytest.fixture(scope="module")
def expert(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Expert:
    """An expert of a project with guidelines."""
    return an_expert(request, "Flags", rubric_files(tmp_path_factory.mktemp("flags")))


def rubric_files(folder: Path) -> dict[str, Path]:
    criteria = [
        {"key": key, "name": key.capitalize(), "criterion": f"Whether it is {key}.", "points": 1}
        for key in ("right", "clear", "polite")
    ]
    rubric = {"title": "Short", "guidelines": GUIDELINES, "criteria": criteria}
    (folder / "rubric.json").write_text(json.dumps(rubric) + "\n")
    items = [{"id": f"case-{n}", "prompt": "May I send it back?"} for n in range(3)]
    responses = [
        {"item_id": f"case-{n}", "generator": "model-a", "output": f"Yes, in {n} days."}
        for n in range(3)
    ]
    return {"Rubric": folder / "rubric.json"} | written(folder, items, responses)


@pytest.fixture
def desk(person: Callable[..., Person], expert: Expert) -> Person:
    """The expert at the desk, with one answer given."""
    ana = person(expert.username, storage_state=expert.state)
    page = ana.goto("/desk/")
    page.get_by_role("button", name=re.compile("Start rating|Continue")).click()
    ready(page)
    return ana


def stop_time_now(page: Page) -> None:
    """What is said for seconds only stays to be read, however long that takes."""
    page.clock.install()
    stop_time(page)


def flag(page: Page, text: str) -> None:
    stop_time_now(page)
    page.keyboard.press("f")
    expect(page.get_by_label("What is wrong")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    flag_sent(page)


def test_a_flag_takes_one_key_and_costs_no_answer(desk, person, expert, superuser):
    page = desk.page
    page.keyboard.press("2")
    page.keyboard.press("j")
    saved(page)
    here = page.url
    page.keyboard.press("f")
    dialog = page.get_by_role("dialog", name="Flag a problem")
    expect(dialog.get_by_label("Problem with the rubric")).to_be_checked()
    expect(dialog.get_by_label("Criterion")).to_have_value(
        page.locator("[data-criterion][data-current]").get_attribute("data-id")
    )
    desk.check_accessibility()
    page.keyboard.press("Escape")
    flag(page, "Polite in which language?")
    assert page.url == here
    expect(page.locator("[data-criterion] input:checked")).to_have_count(1)
    expect(dialog).to_be_hidden()

    admin = person(superuser[0]).log_in(superuser[1])
    triage = admin.goto(f"/p/{expert.slug}/")
    triage.get_by_role("link", name="Decide").click()
    expect(triage.locator(".quoted")).to_have_text("Polite in which language?")
    triage.get_by_role("link", name=re.compile(r"^Flag \d+$")).click()
    expect(triage.get_by_role("heading", name=re.compile(r"^Flag \d+$"), level=1)).to_be_visible()
    triage.wait_for_load_state()
    admin.check_accessibility()
    admin.check_width()
    triage.get_by_label("To the expert").fill("In the language of the question.")
    triage.get_by_role("button", name="Answer", exact=True).click()
    expect(triage.locator("main")).to_contain_text("In the language of the question.")

    page.keyboard.press("f")
    page.get_by_text("Your last flags on this rubric").click()
    expect(dialog).to_contain_text("In the language of the question.")
    page.keyboard.press("Escape")
    assert expert.username not in page.locator("main").inner_text()


def test_an_empty_flag_says_so_and_a_lost_network_keeps_the_words(desk):
    page = desk.page
    page.keyboard.press("f")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("What is wrong")).to_be_focused()
    desk.watch.expected = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
    page.keyboard.type("Cut off.")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-flag-problem]")).to_contain_text("Your words are kept")
    expect(page.get_by_label("What is wrong")).to_have_value("Cut off.")
    page.context.set_offline(False)
    stop_time_now(page)
    page.keyboard.press("Control+Enter")
    flag_sent(page)


def test_guidelines_open_beside_the_work_by_one_key(desk):
    page = desk.page
    page.keyboard.press("r")
    page.keyboard.type("It names g no date")
    drawer = page.get_by_role("dialog", name="Guidelines")
    expect(drawer).to_be_hidden()
    page.keyboard.press("Escape")
    here = page.url
    page.keyboard.press("g")
    expect(drawer).to_be_visible()
    expect(drawer.get_by_role("heading", name="How to read a case")).to_be_visible()
    expect(drawer).to_be_focused()
    desk.check_accessibility()
    page.keyboard.press("End")
    expect(drawer.get_by_text("One more line.").last).to_be_in_viewport()
    page.keyboard.press("g")
    expect(drawer).to_be_hidden()
    assert page.url == here
    written = page.locator("[data-criterion][data-current] textarea[name^='why:']")
    expect(written).to_have_value("It names g no date")
    saved(page)
    page.keyboard.press("g")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_break_is_suggested_once_where_ones_agreement_fell(desk: Person) -> None:
    """45 minutes into a sitting of somebody whose agreement has been seen to fall after 40."""
    page = desk.page
    seat = page.url
    user = page.locator("[data-desk]").get_attribute("data-user")
    key = f"rubricstudio-sitting:{user}"
    # What the page has asked for itself is written there, too: first that.
    page.wait_for_function("key => 'after' in JSON.parse(localStorage.getItem(key))", arg=key)
    # And then from a page that does not look at the time by itself.
    desk.goto("/desk/ratings/")
    page.evaluate(
        "([key, minutes]) => localStorage.setItem(key, JSON.stringify("
        "{ began: Date.now() - minutes * 60000, last: Date.now(), after: 40 }))",
        [key, 45],
    )
    page.goto(seat)
    ready(page)
    notice = page.locator("[data-break]")
    expect(notice).to_contain_text(re.compile(r"You have worked for 4[5-9] minutes\."))
    notice.get_by_role("button", name="Go on").click()
    expect(notice).to_have_count(0)
    page.reload()
    ready(page)
    expect(page.locator("[data-break]")).to_have_count(0)
