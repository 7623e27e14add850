"""What is looked for in the editor again and again."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Person


def told(page: Page, words: str) -> None:
    """A screen reader is told so."""
    expect(page.locator("#announcer")).to_contain_text(words)


def look(person: Person) -> None:
    """Light and dark on a desk, light on a phone."""
    page = person.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    person.check_accessibility()
    person.check_width()
    page.emulate_media(color_scheme="dark")
    person.check_accessibility("color-contrast")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 390, "height": 844})
    person.check_accessibility()
    person.check_width()
    page.set_viewport_size({"width": 1280, "height": 900})
