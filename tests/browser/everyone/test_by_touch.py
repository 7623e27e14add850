"""The desk by touch alone, on a phone and on a tablet: all that keys do is under a finger too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from labeling.models import Flag, Rating
from tests.browser.conftest import PATIENCE, Watch
from tests.browser.desk.hands import ready, saved
from tests.browser.everyone import measured

SIZES = {"phone": (390, 844), "tablet": (820, 1180)}


@pytest.fixture(params=SIZES)
def context(request, browser: Browser, live_server, watch: Watch) -> Iterator[BrowserContext]:
    width, height = SIZES[request.param]
    size = {"width": width, "height": height}
    made = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    made.set_default_timeout(PATIENCE)
    watch.over(made, live_server.url)
    yield made
    made.close()


def tap(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).first.tap()


def level(page: Page, key: str, words: str) -> None:
    """Open the criterion by its name, then tap the level."""
    criterion = page.locator(f"[data-criterion={key}]")
    criterion.locator(".criterion-name").tap()
    one = criterion.locator(".level", has_text=re.compile(rf"\b{words}\b"))
    one.tap()
    # A tap is done only after its touch has been told.
    expect(one.get_by_role("radio")).to_be_checked()


def write(page: Page, field: Locator, text: str) -> None:
    field.tap()
    expect(field).to_be_focused()
    page.keyboard.type(text)


def test_all_that_keys_do_is_done_by_touch(enter, page, monkeypatch) -> None:
    # However long the way back takes.
    for where in ("labeling.rating", "labeling.rating.withdrawing"):
        monkeypatch.setattr(f"{where}.UNDO_SECONDS", 3600)
    enter(page, "desk")
    assert measured.too_wide(page) == 0
    # What one reads: guidelines and sources open and close.
    for words, title in (("Guidelines", "Guidelines"), ("Sources", "Sources")):
        tap(page, words)
        drawer = page.get_by_role("dialog", name=title)
        drawer.get_by_role("button", name="Close").tap()
        expect(drawer).to_be_hidden()
    # What one says: levels, an answer off the scale and back, a reason, a passage.
    level(page, "cites_policy", "Cannot assess")
    level(page, "cites_policy", "Met")
    level(page, "cites_policy", "Not met")
    cites = page.locator("[data-criterion=cites_policy]")
    expect(cites.locator("input:checked")).to_have_value("0")
    write(page, cites.get_by_label("Passages of the response"), "within 30 days")
    level(page, "complete", "Names way and time")
    why = page.locator("[data-criterion=complete]").get_by_label("Why?")
    write(page, why, "It names a date.")
    level(page, "polite", "Not met")
    saved(page)
    # A quote is taken back and made by selecting, without a drag: the button stands beside it.
    cites.locator(".criterion-name").tap()
    cites.get_by_role("button", name="Remove the quote “within 30 days”").tap()
    expect(cites.locator(".evidence li")).to_have_count(0)
    select(page, "within 30 days")
    page.get_by_role("button", name="Evidence for “Cites policy”").tap()
    expect(cites.locator(".evidence li")).to_have_count(1)
    # What one reports: a flag is sent, a skip is thought over.
    tap(page, "Flag")
    flag = page.get_by_role("dialog", name="Flag a problem")
    flag.get_by_label("What is wrong").fill("It can be read in two ways.")
    flag.get_by_role("button", name="Send the flag").tap()
    expect(flag).to_be_hidden()
    tap(page, "Skip")
    skip = page.get_by_role("dialog", name="Skip this response")
    skip.get_by_role("button", name="Cancel").tap()
    expect(skip).to_be_hidden()
    # Submitted, taken back, submitted again.
    first = page.url
    page.get_by_role("button", name="Submit and next").tap()
    page.wait_for_url(lambda url: url != first)
    tap(page, "Undo")
    page.wait_for_url(first)
    ready(page)
    page.get_by_role("button", name="Submit and next").tap()
    page.wait_for_url(lambda url: url != first)
    ready(page)
    assert Flag.objects.count() == 1
    kept = Rating.objects.filter(batch__name="First round", superseded_by=None)
    said = {one.criterion.key: one.value for one in kept.get().scores.all()}
    assert said == {"cites_policy": 0, "complete": 2, "polite": 0}
    # The account and the colours, as on every page.
    page.locator("[popovertarget=account-menu]").tap()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def select(page: Page, words: str) -> None:
    """Select words of the response, as a long press and its handles do."""
    page.locator("[data-judged]").evaluate(
        """(turn, words) => {
          const walk = document.createTreeWalker(turn, NodeFilter.SHOW_TEXT);
          while (walk.nextNode() && !walk.currentNode.data.includes(words));
          const at = walk.currentNode.data.indexOf(words);
          const node = walk.currentNode;
          getSelection().setBaseAndExtent(node, at, node, at + words.length);
        }""",
        words,
    )


def test_side_by_side_and_one_by_one_fit_under_a_finger(enter, page) -> None:
    enter(page, "grid")
    assert measured.too_wide(page) == 0
    for column in page.locator("[data-column]").all():
        column.locator("[data-criterion=polite] .level").first.tap()
    expect(page.locator("[data-column] input:checked")).to_have_count(3)
    saved(page)
    enter(page, "one criterion")
    assert measured.too_wide(page) == 0
    for place in page.locator("[data-place]").all():
        place.locator(".level", has_text="Cannot assess").tap()
    expect(page.locator("[data-place] input:checked")).to_have_count(3)
    saved(page)
    page.get_by_role("button", name="Next criterion").tap()
    expect(page.get_by_role("heading", name="Complete")).to_be_visible()
