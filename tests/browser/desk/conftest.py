"""The desk served by the test itself: what the browser did is read back from the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, BrowserContext, Page

from labeling import assigning
from labeling.models import Batch, Response, User
from tests import factories
from tests.browser.conftest import Watch
from tests.browser.desk.hands import browsing, log_in, stop_time, visit
from tests.faults.running_stack import eventually

# Two criteria, each of two levels: the answers of every test here.
COUNT = 5


@pytest.fixture(autouse=True)
def _transactions(transactional_db: None) -> Iterator[None]:
    """What the server's threads write is seen by the test, and the other way round.

    What a page has asked for is answered before the next test has rows of the same numbers.
    """
    asked: list[object] = []

    def began(**_said: object) -> None:
        asked.append(None)

    def ended(**_said: object) -> None:
        # One of a test before this folder's has begun unseen.
        if asked:
            asked.pop()

    request_started.connect(began)
    request_finished.connect(ended)
    yield
    is_quiet = eventually(lambda: not asked)
    request_started.disconnect(began)
    request_finished.disconnect(ended)
    assert is_quiet, "the server has not answered everything it was asked"


@pytest.fixture
def slow_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes back whatever it is asked to; only the page counts the seconds."""
    monkeypatch.setattr("labeling.rating.withdrawing.UNDO_SECONDS", 86_400)


@pytest.fixture
def batch(project) -> Batch:
    item = factories.item(project)
    for index in range(COUNT):
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
def context(browser: Browser, live_server, watch: Watch) -> Iterator[BrowserContext]:
    size = {"width": 1280, "height": 900}
    with browsing(browser, live_server.url, watch, viewport=size) as made:
        yield made


@dataclass(frozen=True)
class Room:
    """A browser, and where the server is."""

    context: BrowserContext
    base: str

    def seat(self, user: User, batch: Batch, *, clock: bool = False) -> Page:
        """The person logged in, with their next response before them.

        With a clock the time of the page passes only where the test says so.
        """
        log_in(self.context, self.base, user)
        page = self.context.new_page()
        if clock:
            page.clock.install()
        found = assigning.claim_next(batch, user)
        visit(page, f"{self.base}/desk/seat/{found.pk}/")
        if clock:
            stop_time(page)
        return page


@pytest.fixture
def room(context: BrowserContext, live_server) -> Room:
    return Room(context, live_server.url)


@pytest.fixture
def at_desk(room: Room) -> Callable[..., Page]:
    return room.seat
