"""What is done and looked for at the desk again and again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from labeling.models import User
from tests.browser.conftest import PATIENCE, Watch

# The wait after the last key before what was typed is sent, in milliseconds, and a little.
REST = 500
# Asked for only to see who answers.
PROBE = "**/static/favicon.svg"
ASK = "fetch('/static/favicon.svg', { cache: 'no-store' }).then(() => false)"
KEYS = "Object.keys(localStorage).filter((key) => /^rubricstudio-(desk|editor):/.test(key))"


@contextmanager
def browsing(
    browser: Browser, base: str, watch: Watch, **options: object
) -> Iterator[BrowserContext]:
    """A browser of somebody's own, as patient as everything here."""
    made = browser.new_context(**options)
    made.set_default_timeout(PATIENCE)
    watch.over(made, base)
    try:
        yield made
    finally:
        made.close()


def log_in(context: BrowserContext, base: str, user: User) -> None:
    """A session of the person in this browser, as after the log-in page."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def visit(page: Page, url: str) -> None:
    page.goto(url)
    ready(page)


def ready(page: Page) -> None:
    page.wait_for_selector("[data-ready]")


def stop_time(page: Page) -> None:
    """From now on time passes for the page only where the test says so; its clock is installed."""
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)


def rest(page: Page) -> None:
    """So long no key is pressed, by a clock that stands, that what was typed is sent."""
    page.clock.run_for(REST)


def saved(page: Page) -> None:
    """The server has the draft."""
    expect(page.locator("#save-state")).to_have_text(re.compile(r"^saved \d"))


def flag_sent(page: Page) -> None:
    """The author has the flag; it is said for seconds only, by a clock that stands."""
    expect(page.locator("[data-flag-sent]")).to_have_text("Flag sent to the author")


def failed(page: Page, words: str = "not saved, will retry") -> None:
    expect(page.locator("#save-state")).to_have_text(words)


def choose(page: Page, key: str, value: str) -> None:
    page.locator(f"[data-criterion={key}] input[type=radio][value='{value}']").check()


def reason(page: Page, key: str) -> Any:
    return page.locator(f"[data-criterion={key}] [name^='why:']")


def write(page: Page, key: str, text: str) -> None:
    """A reason; only the criterion one stands at is open."""
    page.locator(f"[data-criterion={key}] input[type=radio]").first.focus()
    reason(page, key).fill(text)


def eventually(page: Page, is_so: Callable[[], bool]) -> None:
    """What the browser does by itself, sooner or later."""
    for _ in range(PATIENCE // 50):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it has not come true within {PATIENCE / 1000:.0f} seconds")


def answer_all(page: Page) -> None:
    """Both criteria, by the keyboard."""
    page.keyboard.press("2")
    page.keyboard.press("2")


def submit(page: Page) -> None:
    page.keyboard.press("Control+Enter")


def submit_all(page: Page) -> None:
    """Answer, submit, and stand before the next response."""
    before = page.url
    answer_all(page)
    submit(page)
    page.wait_for_url(lambda url: url != before)
    ready(page)


def go(page: Page, way: str, to: str) -> None:
    """Back or forward in the history, until the server's page of that address is there."""
    page.evaluate(f"window.leaving = true; history.{way}()")
    page.wait_for_url(to)
    page.wait_for_function("() => !window.leaving")
    page.wait_for_selector("[data-ready], [data-submitted]")


def kept(page: Page) -> list[str]:
    """What this browser keeps of people's work, by its keys."""
    return page.evaluate(KEYS)


def nothing_kept(page: Page) -> None:
    """All of it is with the server, sooner or later; the page may come anew meanwhile."""
    page.wait_for_function(f"() => !{KEYS}.length")


def intercept(page: Page, address: str | re.Pattern[str], handle: Callable[[Route], Any]) -> None:
    """From now on what is asked of this address comes to us first.

    A page at work learns so when it gets round to it: it asks for something until it has.
    """
    page.route(address, handle)
    came: list[str] = []

    def note(route: Route) -> None:
        came.append(route.request.url)
        route.fulfill(status=204)

    page.route(PROBE, note)
    eventually(page, lambda: page.evaluate(ASK) or bool(came))
    page.unroute(PROBE, note)


def held(page: Page, address: str | re.Pattern[str]) -> tuple[list[Request], Callable[[], None]]:
    """What is sent there waits until it is let go, the last one first; what was sent so far."""
    waiting: list[Route] = []
    seen: list[Request] = []

    def handle(route: Route) -> None:
        seen.append(route.request)
        waiting.append(route)

    def let_go() -> None:
        waiting.pop().continue_()

    intercept(page, address, handle)
    return seen, let_go


def sent_to(page: Page, ending: str) -> list[dict[str, Any]]:
    """The bodies that will be sent to addresses of this ending, from now on."""
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith(ending):
            bodies.append(json.loads(request.post_data or "null"))

    page.on("request", note)
    return bodies


def cut_reply(page: Page, pattern: str) -> None:
    """The next request arrives and is answered, but the answer is lost on the way."""
    left = [1]

    def handle(route: Route) -> None:
        if left:
            left.pop()
            route.fetch(timeout=PATIENCE)
            route.abort("connectionreset")
        else:
            route.continue_()

    intercept(page, pattern, handle)
