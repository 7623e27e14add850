"""The desk in a real browser: keys, drafts on every change, no network, two tabs, log-out."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from labeling import asking_again, assigning
from labeling.models import Assignment, Batch, Rating, RatingDraft, Response, User
from tests import factories
from tests.labeling import moving as steps
from tests.labeling.rating.seats import drafted

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop runs in this thread; Django would take it for async code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield running
        running.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def batch(project) -> Batch:
    item = factories.item(project)
    for index in range(4):
        factories.response(item, text=f"Answer {index}.", index=index)
    return assigning.open_batch(
        project,
        factories.published(project),
        "First round",
        responses=Response.objects.all(),
        overlap=2,
        by=None,
    )


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def at_desk(context: BrowserContext, live_server) -> Callable[[User, Batch], Page]:
    """The person logged in, with their next response before them."""

    def sit_down(user: User, batch: Batch) -> Page:
        log_in(context, live_server.url, user)
        seat = assigning.claim_next(batch, user)
        page = context.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults
        visit(page, f"{live_server.url}/desk/seat/{seat.pk}/")
        return page

    return sit_down


def log_in(context: BrowserContext, base: str, user: User) -> None:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector("[data-ready]")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_have_text(re.compile(r"^saved \d"))


def test_a_response_is_rated_by_the_keyboard_alone(at_desk, batch, ana):
    page = at_desk(ana, batch)
    page.keyboard.press("2")
    page.keyboard.press("c")
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.keyboard.type("Curt 2 jk?")
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
    page.wait_for_selector("[data-ready]")
    page.keyboard.press("u")
    page.wait_for_url(first)
    assert page.locator("input:checked").count() == 2
    assert page.faults == []


def test_the_cheat_sheet_is_the_key_map_and_no_key_means_two_things(at_desk, batch, ana):
    page = at_desk(ana, batch)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keymap = page.evaluate("import('/static/js/desk/keymap.js').then(({keymap}) => keymap)")
    assert page.locator("#keys dd").all_inner_texts() == [entry["text"] for entry in keymap]
    bound = [(bool(entry.get("ctrl")), key) for entry in keymap for key in entry["keys"]]
    assert len(bound) == len(set(bound))


def test_a_change_survives_an_immediate_reload(at_desk, batch, ana):
    page = at_desk(ana, batch)
    page.keyboard.press("1")
    page.reload()
    page.wait_for_selector("[data-ready]")
    assert page.locator("input:checked").count() == 1
    saved(page)
    draft = drafted(RatingDraft.objects.get())
    assert draft == {"cites_policy": {"value": "0", "rationale": ""}}
    expect(page.locator("#conflict")).to_be_hidden()


def test_without_network_work_goes_on_and_arrives_afterwards(at_desk, context, batch, ana):
    page = at_desk(ana, batch)
    context.set_offline(True)
    page.keyboard.press("2")
    expect(page.locator("#save-state")).to_have_text("not saved, will retry")
    page.keyboard.press("2")
    assert not RatingDraft.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#save-state")).to_have_text("not sent, will retry")
    first = page.url
    context.set_offline(False)
    page.wait_for_url(lambda url: url != first, timeout=20_000)
    assert Rating.objects.get().scores.count() == 2
    assert page.evaluate("localStorage.length") == 0


def test_an_ended_session_keeps_the_answers_until_one_is_back(
    at_desk, context, live_server, batch, ana
):
    page = at_desk(ana, batch)
    Session.objects.all().delete()
    page.keyboard.press("2")
    expect(page.locator("#desk-notices [data-live]")).to_contain_text("You are logged out")
    assert not RatingDraft.objects.exists()
    log_in(context, live_server.url, ana)
    saved(page)
    assert "cites_policy" in drafted(RatingDraft.objects.get())
    expect(page.locator("#desk-notices [data-live]")).to_have_count(0)


def test_a_second_tab_is_told_and_chooses(at_desk, context, batch, ana):
    page = at_desk(ana, batch)
    other = context.new_page()
    visit(other, page.url)
    page.keyboard.press("1")
    saved(page)
    other.keyboard.press("2")
    dialog = other.locator("#conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr")).to_have_count(1)
    expect(dialog.locator("tbody tr")).to_contain_text(re.compile("Met.*Not met"))
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "0"
    other.get_by_role("button", name="Keep what is here").click()
    saved(other)
    assert drafted(RatingDraft.objects.get())["cites_policy"]["value"] == "1"


def test_the_back_button_finds_ones_answers_and_no_form(at_desk, batch, ana):
    page = at_desk(ana, batch)
    first = page.url
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first)
    page.go_back()
    expect(page.locator(".desk-bar")).to_contain_text("Submitted")
    assert page.locator("form#rating").count() == 0
    assert Rating.objects.count() == 1


def test_what_is_missing_is_shown_where_it_is_missing(at_desk, batch, ana):
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


def test_without_script_the_same_page_works(browser, live_server, batch, ana):
    context = browser.new_context(java_script_enabled=False)
    log_in(context, live_server.url, ana)
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/")
    page.get_by_role("button", name="Start rating").click()
    for group in page.locator("fieldset.criterion").all():
        group.get_by_label("Not met").check()
    page.get_by_role("button", name="Submit and next").click()
    assert "after=" in page.url
    assert Rating.objects.get().scores.count() == 2
    context.close()


@pytest.fixture
def moving(project, carol, ana) -> Callable[[], None]:
    """A batch ana rates in, and the step that moves it to version 2."""
    made = steps.opened(project, 2, overlap=1)
    version = steps.second(project)

    def move() -> None:
        asking_again.move_forward(made, version, by=carol)

    move.batch = made
    return move


def choose(page: Page, key: str, value: str) -> None:
    page.locator(f"[data-criterion={key}] input[type=radio][value='{value}']").check()


def test_a_page_of_the_old_version_leads_on_with_its_answers(at_desk, moving, ana):
    page = at_desk(ana, moving.batch)
    choose(page, "cites", "1")
    saved(page)
    moving()
    choose(page, "polite", "1")
    page.get_by_role("link", name="Go on by the new version").click()
    page.wait_for_selector("[data-ready]")
    expect(page.locator("[data-criterion=cites] input:checked")).to_have_value("1")
    assert page.locator("[data-criterion=polite] input:checked").count() == 0
    expect(page.locator("#desk-notices")).to_contain_text("1 of your answers go on")
    choose(page, "polite", "2")
    choose(page, "complete", "0")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "after=" in url)
    assert Rating.objects.get().rubric_version.number == 2
    assert page.faults == []


def test_what_is_submitted_by_the_old_version_comes_back_in_the_new_form(at_desk, moving, ana):
    page = at_desk(ana, moving.batch)
    choose(page, "cites", "1")
    choose(page, "polite", "1")
    saved(page)
    moving()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-ready]")
    expect(page.locator("[data-criterion=complete]")).to_be_visible()
    assert page.locator("input:checked").count() == 1
    assert not Rating.objects.exists()
    assert (
        page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('rubric'))") == []
    )
    assert page.faults == []


def test_unsent_answers_of_the_old_version_do_not_answer_another_scale(
    context, at_desk, moving, ana
):
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
    page.wait_for_selector("[data-ready]")
    expect(page.locator("[data-criterion=cites] input:checked")).to_have_value("1")
    assert page.locator("[data-criterion=polite] input:checked").count() == 0
    assert page.evaluate("Object.keys(localStorage)") == []
