"""The pages in colours that the system chooses, and without anything that moves."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk.hands import saved
from tests.browser.everyone.measured import measure
from tests.browser.everyone.scene import Scene

Enter = Callable[[Page, str], Page]
# As it is once nothing changes any more.
STYLE = """async (one, [what, part]) => {
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
  return getComputedStyle(one, part || null).getPropertyValue(what);
}"""


def style(page: Page, selector: str, what: str, part: str = "") -> str:
    return str(page.locator(selector).first.evaluate(STYLE, [what, part]))


def test_where_the_system_chooses_the_colours_every_state_is_still_seen(
    enter: Enter, page: Page, watch
) -> None:
    watch.expected = ("status of 422",)
    page.emulate_media(forced_colors="active")
    enter(page, "desk")
    system = {
        name: measure(page, "system", name) for name in ("Highlight", "GrayText", "CanvasText")
    }
    page.keyboard.press("2")
    saved(page)
    cites, polite = "[data-criterion=cites_policy]", "[data-criterion=polite]"
    # Chosen: a thick line in another colour, beside the radio that the browser draws.
    chosen, other = f"{cites} .level:has(:checked)", f"{cites} .level:not(:has(:checked))"
    assert style(page, chosen, "border-top-width") == "2px"
    assert style(page, chosen, "border-top-color") == system["Highlight"]
    assert style(page, other, "border-top-width") == "1px"
    assert style(page, other, "border-top-color") != system["Highlight"]
    # Answered: a tick beside the number, and only there.
    assert "✓" in style(page, f"{cites} .criterion-number", "content", "::after")
    assert "✓" not in style(page, f"{polite} .criterion-number", "content", "::after")
    # Where one stands, and what is wrong: bars of different width.
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{polite} .criterion-error")).to_be_visible()
    assert style(page, f"{polite}", "background-color", "::before") == system["CanvasText"]
    assert style(page, f"{polite}", "width", "::before") == "6px"
    page.keyboard.press("e")
    page.keyboard.type("within 30 days")
    page.keyboard.press("Escape")
    assert style(page, f"{cites}", "background-color", "::before") == system["Highlight"]
    assert style(page, f"{cites}", "width", "::before") == "3px"
    # Quoted: the passage is underlined, whatever its colours become.
    assert page.evaluate("CSS.highlights.get('evidence').size") == 1
    underlined = style(page, ".desk-response", "text-decoration-line", "::highlight(evidence)")
    assert underlined == "underline"
    # Saved is a word.
    saved(page)
    page.locator(".desk-foot [type=submit]").evaluate("one => { one.disabled = true; }")
    assert style(page, ".desk-foot [type=submit]", "color") == system["GrayText"]
    # How far one is has an edge, and the tab of the page a line that the others lack.
    assert style(page, "progress", "border-top-width") == "1px"
    assert style(page, ".tabs [aria-current]", "border-bottom-width") == "3px"
    assert style(page, ".tabs a:not([aria-current])", "border-bottom-width") == "2px"


def test_where_the_system_chooses_the_colours_the_focus_is_drawn(
    scene: Scene, enter: Enter, page: Page
) -> None:
    page.emulate_media(forced_colors="active")
    found = {}
    for name in scene.places:
        enter(page, name)
        found[name] = []
        for _ in range(12):
            page.keyboard.press("Tab")
            if undrawn := measure(page, "undrawn"):
                found[name].append(undrawn)
    assert found == {name: [] for name in scene.places}


def test_whoever_asks_for_more_contrast_gets_lines_and_quiet_text_in_ink(
    enter: Enter, page: Page
) -> None:
    enter(page, "desk")
    ink = style(page, "h1", "color")
    assert style(page, ".desk-bar", "color") != ink
    page.emulate_media(contrast="more")
    assert style(page, ".desk-bar", "color") == ink


def test_nothing_moves_for_whoever_asks_for_that(
    scene: Scene, enter: Enter, page: Page, room
) -> None:
    enter(page, "desk")
    assert measure(page, "moving") != []
    page.emulate_media(reduced_motion="reduce")
    found = {}
    for name in scene.places:
        enter(page, name)
        if scene.places[name].scripted:
            page.keyboard.press("2")
            saved(page)
        found[name] = measure(page, "moving")
    enter(page, "desk")
    page.get_by_role("button", name="Flag", exact=True).click()
    found["a dialog"] = measure(page, "moving")
    assert found == {key: [] for key in found}
