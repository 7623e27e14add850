"""One project with all that an expert meets, and people who go through it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from labeling.models import Project, User
from tests import factories
from tests.browser.desk.conftest import Room, _transactions, context, room
from tests.browser.desk.hands import log_in
from tests.browser.everyone.scene import Scene, laid_out

__all__ = ["_transactions", "context", "room"]


@pytest.fixture
def judy(project: Project) -> User:
    """An adjudicator of the project."""
    return factories.member(project, "judy", "adjudicator")


@pytest.fixture
def scene(project: Project, ana: User, carol: User, judy: User) -> Scene:
    return laid_out(project, ana, carol, judy)


@pytest.fixture
def enter(room: Room, scene: Scene) -> Callable[[Page, str], Page]:
    """Go to a page of the scene as the person who meets it."""

    def go(page: Page, name: str) -> Page:
        place = scene.places[name]
        # The page before must not ask for anything as nobody or as somebody else.
        page.goto("about:blank")
        room.context.clear_cookies()
        if place.who is not None:
            log_in(room.context, room.base, place.who)
        page.goto(f"{room.base}{place.path}")
        if place.scripted:
            page.wait_for_selector("[data-ready]")
        return page

    return go


@pytest.fixture
def page(room: Room) -> Page:
    return room.context.new_page()
