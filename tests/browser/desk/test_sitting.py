"""One criterion over several responses in a browser: keys alone, reloads, two tabs, no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from labeling import assigning
from labeling.models import Assignment, Batch, Rating, RatingDraft
from labeling.ways import Asking
from tests import factories
from tests.browser.conftest import Person, Watch
from tests.browser.desk.hands import browsing, eventually, log_in, ready, rest, saved, visit
from tests.labeling.rating.seats import drafted
from tests.labeling.test_sittings import opened

COUNT = 4


@pytest.fixture
def batch(project) -> Batch:
    return opened(project, COUNT)


def place(page: Page) -> int:
    """The response that has the focus, from 1."""
    found = page.evaluate(
        "Number(document.activeElement.closest('[data-place]')?.dataset.number ?? 0)"
    )
    return int(found)


def checked(page: Page) -> int:
    return page.locator("#rating input:checked").count()


def criterion(page: Page, words: str) -> None:
    expect(page.locator(".sitting-steps > p")).to_contain_text(words)
    ready(page)


def answer(page: Page, *digits: str) -> None:
    for digit in digits:
        page.keyboard.press(digit)


def test_all_of_it_is_rated_by_keyboard_and_a_reload_loses_nothing(at_desk, batch, ana):
    page = at_desk(ana, batch)
    criterion(page, "Criterion 1 of 2")
    assert place(page) == 1
    answer(page, "2", "1")
    assert place(page) == 3
    expect(page.locator("[data-answered-count]")).to_have_text("2")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("k")
    assert place(page) == 2
    page.keyboard.press("r")
    page.keyboard.type("Names no paragraph")
    page.keyboard.press("Escape")
    assert place(page) == 2
    saved(page)
    page.reload()
    ready(page)
    assert (checked(page), place(page)) == (2, 3)
    expect(page.locator("[data-place]").nth(1).locator("[name^='why:']")).to_have_value(
        "Names no paragraph"
    )
    answer(page, "c", "2")
    expect(page.locator(":focus")).to_contain_text("Next criterion")
    page.keyboard.press("Control+Enter")
    criterion(page, "Criterion 2 of 2")
    answer(page, "2", "2")
    page.keyboard.press("h")
    criterion(page, "Criterion 1 of 2")
    assert checked(page) == 4
    page.keyboard.press("l")
    criterion(page, "Criterion 2 of 2")
    assert (checked(page), place(page)) == (2, 3)
    answer(page, "2", "n")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/*/?left=0*")
    assert Rating.objects.count() == COUNT
    said = [
        [one.answer if one.value is None else int(one.value) for one in made.scores.order_by("pk")]
        for made in Rating.objects.order_by("assignment")
    ]
    assert said == [[1, 1], [0, 1], ["cannot_assess", 1], [1, "NA"]]
    assert not RatingDraft.objects.exists()


def test_the_keys_do_not_collide_and_are_all_told(at_desk, batch, ana):
    page = at_desk(ana, batch)
    keymap = page.evaluate(
        "import('/static/js/desk/keymap_together.js').then((all) => all.sittingKeymap)"
    )
    bound = [(bool(row.get("ctrl")), key) for row in keymap for key in row["keys"]]
    assert len(bound) == len(set(bound))
    page.keyboard.press("?")
    texts = page.get_by_role("dialog", name="Keys").locator("dd").all_inner_texts()
    assert texts == [row["text"] for row in keymap]


def test_what_is_open_keeps_the_step_until_it_is_left_for_later(at_desk, watch, batch, ana):
    watch.expected = ("status of 422",)
    page = at_desk(ana, batch)
    answer(page, "2", "2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert").first).to_contain_text("Something is still missing here")
    ready(page)
    assert page.locator("[data-problem]").count() == 2
    assert (checked(page), place(page)) == (2, 3)
    page.get_by_role("button", name="The open ones later").click()
    criterion(page, "Criterion 2 of 2")
    answer(page, "2", "2", "2", "2")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".sitting-steps > p")).to_contain_text("Criterion 1 of 2")
    ready(page)
    assert place(page) == 3
    answer(page, "2", "2")
    expect(page.locator(":focus")).to_contain_text("Submit 4 ratings")
    saved(page)


def test_one_is_skipped_without_losing_the_others(at_desk, batch, ana):
    page = at_desk(ana, batch)
    answer(page, "2", "2")
    page.get_by_role("button", name="Skip response 1").click()
    skip = page.get_by_role("dialog", name="Skip response 1")
    skip.get_by_label("Outside my field").check()
    skip.get_by_role("button", name="Skip and go on").click()
    expect(page.locator("#site-alerts")).to_contain_text("Skipped")
    ready(page)
    expect(page.locator("[data-place]")).to_have_count(COUNT - 1)
    assert checked(page) == 1
    states = list(Assignment.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["skipped", "leased", "leased", "leased"]


def test_sources_and_the_rest_of_a_long_response_come_when_asked_for(at_desk, project, ana):
    item = factories.item(project, "long", reference="Section 4 names the term.")
    # With 20 places on a page each would show 12,000 characters at once, alone all of 240,000; one
    # text is cut at 60,000.
    factories.response(item, text="Please understand. " * 4_000 + "The end.")
    batch = assigning.open_batch(
        project,
        factories.published(project),
        "Long",
        responses=item.responses.all(),
        asking=Asking(way="by_criterion"),
        by=None,
    )
    page = at_desk(ana, batch)
    page.keyboard.press("d")
    expect(page.locator("[data-sources]")).to_contain_text("Section 4 names the term.")
    text = page.locator(".place-response")
    expect(text).not_to_contain_text("The end.")
    text.evaluate("(box) => box.scrollTo(0, box.scrollHeight)")
    expect(text).to_contain_text("The end.")


def test_two_tabs_choose_between_both_answers(
    at_desk, context: BrowserContext, watch: Watch, batch, ana
):
    watch.expected = ("status of 409",)
    page = at_desk(ana, batch)
    other = context.new_page()
    visit(other, page.url)
    other.keyboard.press("1")
    saved(other)
    page.keyboard.press("2")
    conflict = page.get_by_role("alertdialog")
    expect(conflict).to_contain_text("Response 1")
    expect(conflict.locator("tbody tr")).to_have_count(1)
    conflict.get_by_role("button", name="Keep what is here").click()
    saved(page)
    first = Assignment.objects.order_by("pk")[0]
    assert drafted(RatingDraft.objects.get(assignment=first))["cites_policy"]["value"] == "1"


def test_a_lost_network_keeps_the_answers_and_sends_them_later(at_desk, context, watch, batch, ana):
    watch.expected = ("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    page = at_desk(ana, batch, clock=True)
    lost: list[Request] = []
    page.on("requestfailed", lambda one: lost.append(one))
    context.set_offline(True)
    answer(page, "2", "2", "2", "2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#save-state")).to_contain_text("no network")
    # It is still there to be read when saving has failed as well, and again.
    eventually(page, lambda: rest(page) or len(lost) >= 2 * COUNT)
    expect(page.locator("#save-state")).to_contain_text("no network")
    assert not RatingDraft.objects.exists()
    context.set_offline(False)
    eventually(page, lambda: rest(page) or RatingDraft.objects.count() == COUNT)
    page.keyboard.press("Control+Enter")
    criterion(page, "Criterion 2 of 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_can_be_used_by_everyone(
    browser: Browser, live_server, watch: Watch, project, ana, scheme, width
):
    asking = Asking(way="by_criterion", asks_confidence=True, overall_share=1)
    many = factories.published(project, *"abcdefghijklmnopqrstuvwxyz")
    batch = opened(project, COUNT, version=many, asking=asking)
    seat = assigning.claim_next(batch, ana)
    size = {"width": width, "height": 844}
    with browsing(browser, live_server.url, watch, viewport=size, color_scheme=scheme) as context:
        log_in(context, live_server.url, ana)
        page = context.new_page()
        visit(page, f"{live_server.url}/desk/seat/{seat.pk}/")
        look_at_both_steps(Person(page, live_server.url, ana.username, watch))


def look_at_both_steps(person: Person) -> None:
    page = person.page
    criterion(page, "Before the criteria")
    person.check_width()
    person.check_accessibility()
    for one in page.locator("[data-place]").all():
        one.get_by_role("radio").nth(3).check()
    page.locator("[data-primary]").click()
    criterion(page, "Criterion 1 of 26")
    person.check_width()
    person.check_accessibility()
    # The row of the criteria scrolls by itself; the criterion is read whole.
    cut = page.locator(".sitting-head").evaluate("(head) => head.scrollWidth - head.clientWidth")
    assert cut == 0


def test_without_script_every_step_is_a_page(browser: Browser, live_server, watch, batch, ana):
    seat = assigning.claim_next(batch, ana)
    with browsing(browser, live_server.url, watch, java_script_enabled=False) as context:
        log_in(context, live_server.url, ana)
        page = context.new_page()
        page.goto(f"{live_server.url}/desk/seat/{seat.pk}/")
        rate_step_by_step(page)
    assert Rating.objects.count() == COUNT


def rate_step_by_step(page: Page) -> None:
    for words in ("Criterion 1 of 2", "Criterion 2 of 2"):
        expect(page.locator(".sitting-steps > p")).to_contain_text(words)
        for one in page.locator("[data-place]").all():
            one.get_by_role("radio").nth(1).check()
        if words == "Criterion 1 of 2":
            page.get_by_role("button", name="Flag response 2").click()
            form = page.get_by_role("dialog", name="Flag a problem with response 2")
            form.get_by_role("link", name="Cancel").click()
            expect(form).to_have_count(0)
            expect(page.locator("#rating input:checked")).to_have_count(COUNT)
        page.locator("[data-primary]").click()
    page.wait_for_url("**/desk/*/?left=0*")
