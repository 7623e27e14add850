"""The desk on the real stack, by people who log in there; faults stand in tests/browser/desk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import eventually, held, saved
from tests.browser.experts import Expert, an_expert
from tests.browser.material import RIGHT_TO_LEFT, difficult_files
from tests.browser.seats import done, ready, to_fresh_seat

RESPONSES = 16
REASON = "It names no date"


@pytest.fixture(scope="module")
def expert(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Expert:
    """An expert with an open batch of difficult responses, which the admin reads on its page."""
    files = difficult_files(tmp_path_factory.mktemp("difficult"), RESPONSES)
    return an_expert(request, "A hard day", files, look=read_an_item)


def read_an_item(page: Page) -> None:
    page.goto(page.url.partition("/batches/")[0] + "/items/")
    page.locator("main tbody th a").first.click()
    expect_harmless(page)


@pytest.fixture
def desk(person: Callable[..., Person], expert: Expert) -> Person:
    """The expert before a response on which nothing is answered yet."""
    ana = person(expert.username, storage_state=expert.state)
    to_fresh_seat(ana)
    return ana


def give_reason(page: Page) -> None:
    page.keyboard.press("1")
    page.keyboard.press("k")
    page.keyboard.press("r")
    page.keyboard.type(REASON)
    page.keyboard.press("Escape")


def expect_reason(page: Page) -> None:
    first = page.locator("[data-criterion]").first
    expect(first.get_by_role("radio").first).to_be_checked()
    expect(first.locator("[name^='why:']")).to_have_value(REASON)
    assert page.locator("input:checked").count() == 1


def expect_harmless(page: Page) -> None:
    """The hostile text stands there as text, and is nothing else."""
    text = page.locator("[data-judged] .turn-text")
    expect(text).to_contain_text("<script>document.title")
    expect(text).to_contain_text("image not loaded: image https://evil.example/picture.png")
    assert text.locator(":not(p, br, span.unloaded)").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert "hacked" not in page.title()


@pytest.mark.parametrize("way", ["keys", "mouse"])
def test_submitting_twice_is_submitting_once(desk: Person, way: str) -> None:
    page, before = desk.page, done(desk.page)
    here = page.url.partition("?")[0]
    # Both arrive before the first answer can, however fast the server is.
    sent, let_go = held(page, "**/submit")
    for _ in range(3):
        page.keyboard.press("1")
    if way == "keys":
        page.keyboard.down("Control")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.keyboard.up("Control")
    else:
        page.get_by_role("button", name="Submit and next").dblclick()
    eventually(page, lambda: bool(sent))
    for _ in tuple(sent):
        let_go()
    page.wait_for_url(lambda url: here not in url)
    ready(page)
    assert done(page) == before + 1
    assert len(sent) == 1


def test_an_ended_session_says_so_and_keeps_the_answers(desk: Person, expert: Expert) -> None:
    desk.watch.expected = ("status of 401", "status of 403")
    page = desk.page
    page.context.clear_cookies(name="sessionid")
    give_reason(page)
    notice = page.locator("#desk-notices [data-live]")
    expect(notice).to_contain_text("You are logged out")
    expect_reason(page)
    with page.expect_popup() as tab:
        notice.get_by_role("link", name="Log in again").click()
    Person(tab.value, desk.base, expert.username, desk.watch).log_in(expert.password)
    saved(page)
    expect(notice).to_have_count(0)
    page.evaluate("localStorage.clear()")
    page.reload()
    ready(page)
    expect_reason(page)


def test_a_hostile_response_is_only_text(desk: Person) -> None:
    expect_harmless(desk.page)
    # Whatever would have run on load or with a delay has had its time; still logged in.
    desk.page.reload()
    ready(desk.page)
    expect_harmless(desk.page)
    assert desk.page.locator(".desk-response :is(script, iframe, img, style, form)").count() == 0


def test_text_from_right_to_left_reads_from_the_right(desk: Person) -> None:
    prompt = desk.page.locator("[data-role=user] .turn-text")
    expect(prompt).to_have_text(RIGHT_TO_LEFT)
    assert prompt.evaluate("one => getComputedStyle(one).direction") == "rtl"
    judged = desk.page.locator("[data-judged] .turn-text")
    assert judged.evaluate("one => getComputedStyle(one).direction") == "ltr"


def test_a_click_on_a_folded_criterion_chooses_what_was_clicked(desk: Person) -> None:
    page = desk.page
    page.evaluate("document.fonts.ready.then(() => {})")
    for number in (2, 1, 0):
        radio = page.locator("[data-criterion]").nth(number).get_by_role("radio").nth(1)
        # As a hand does it: what is pressed may not move before it is let go.
        radio.element_handle().wait_for_element_state("stable")
        box = radio.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.up()
        expect(radio).to_be_checked()
    assert page.locator("[data-current]").get_attribute("data-criterion") == "right"
    # What is still on its way here would come between the next page and its own answers.
    saved(page)


def test_a_phone_is_enough_to_rate(person: Callable[..., Person], expert: Expert) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    ana = person(expert.username, storage_state=expert.state, **phone)
    to_fresh_seat(ana)
    page, before = ana.page, done(ana.page)
    here = page.url.partition("?")[0]
    ana.check_width()
    ana.check_accessibility()
    submit = page.get_by_role("button", name="Submit and next")
    for number in range(3):
        page.locator("[data-criterion]").nth(number).locator(".level").nth(1).tap()
        expect(submit).to_be_in_viewport()
    submit.tap()
    page.wait_for_url(lambda url: here not in url)
    ready(page)
    assert done(page) == before + 1
    assert page.evaluate("scrollY") == 0, "the next response is read from its beginning"
