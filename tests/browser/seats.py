"""What an expert does again and again at the desk."""

import re

from playwright.sync_api import Page

from tests.browser.conftest import Person


def to_fresh_seat(ana: Person) -> None:
    """The next response of the open batch, with nothing answered on it."""
    page = ana.goto("/desk/")
    page.get_by_role("button", name=re.compile("Start rating|Continue")).click()
    ready(page)
    if page.locator("input:checked").count():
        submit_everything(page)


def ready(page: Page) -> None:
    """The desk is there and its script has begun."""
    page.wait_for_url(re.compile(r"/desk/seat/\d+/"))
    page.wait_for_selector("[data-ready]")


def submit_everything(page: Page) -> None:
    """Answer whatever is open and go on to the next response."""
    here = page.url.partition("?")[0]
    for number in range(3):
        page.locator("[data-criterion]").nth(number).get_by_role("radio").nth(0).focus()
        page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: here not in url)
    ready(page)


def done(page: Page) -> int:
    """How many responses the expert has rated, as the desk says."""
    return int(page.locator(".desk-progress").inner_text().split()[0])
