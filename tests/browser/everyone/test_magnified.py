"""The pages at 200 and at 400 percent, with wider spacing, and by fingers that need some room."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.everyone import measured
from tests.browser.everyone.scene import Scene

# A window of 1280 x 1024 px, magnified two and four times.
TWICE = {"width": 640, "height": 512}
FOUR_TIMES = {"width": 320, "height": 256}
Enter = Callable[[Page, str], Page]


def test_magnified_four_times_nothing_is_lost_and_one_scrolls_one_way(
    scene: Scene, enter: Enter, page: Page
) -> None:
    page.set_viewport_size(FOUR_TIMES)
    found = {}
    for name in scene.places:
        enter(page, name)
        assert measured.share_covered(page) <= 0.5, name
        found[name] = (measured.too_wide(page), measured.measure(page, "spilled"))
    assert found == dict.fromkeys(scene.places, (0, []))


def test_magnified_twice_the_focus_is_never_under_a_bar(
    scene: Scene, enter: Enter, page: Page
) -> None:
    page.set_viewport_size(TWICE)
    found = {}
    for name in scene.places:
        enter(page, name)
        assert measured.too_wide(page) == 0, name
        assert measured.share_covered(page) <= 0.5, name
        if scene.places[name].scripted:
            page.evaluate("document.activeElement.blur(); document.querySelector('.skip').focus()")
        found[name] = measured.hidden_focus(page, 45)
    assert found == {name: [] for name in scene.places}


def test_wider_spacing_of_the_text_cuts_nothing_off(scene: Scene, enter: Enter, page: Page) -> None:
    found = {}
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for name in scene.places:
            enter(page, name)
            before = set(measured.measure(page, "cut"))
            measured.measure(page, "spaced")
            lost = [
                *set(measured.measure(page, "cut")) - before,
                *measured.measure(page, "spilled"),
            ]
            found[width, name] = (measured.too_wide(page), lost)
    assert found == dict.fromkeys(found, (0, []))


def test_what_is_pressed_is_24_px_or_has_room_around_it(
    scene: Scene, enter: Enter, page: Page
) -> None:
    found = {}
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for name in scene.places:
            enter(page, name)
            found[width, name] = measured.measure(page, "small")
    assert found == {key: [] for key in found}
