"""Experts with an open batch before them, all made on the pages by an admin."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, StorageState

from tests.browser import steps
from tests.browser.conftest import Watch, room


@dataclass(frozen=True)
class Expert:
    """Somebody who rates in a project; `state` is a browser in which they are logged in."""

    slug: str
    username: str
    password: str
    state: StorageState


def an_expert(
    request: pytest.FixtureRequest,
    title: str,
    files: dict[str, Path],
    *,
    asking: dict[str, str] | None = None,
    look: Callable[[Page], None] = lambda _page: None,
) -> Expert:
    """An expert with a batch over all of these files; the admin looks at its page once."""
    stack, superuser = request.getfixturevalue("stack"), request.getfixturevalue("superuser")
    watch = Watch()
    with room(request.getfixturevalue("browser"), stack, watch) as sit_down:
        admin = sit_down(superuser[0]).log_in(superuser[1])
        slug = steps.make_project(admin, f"{title} {uuid4().hex[:6]}")
        username, first = steps.make_account(admin, slug, f"expert-of-{slug}", "Expert")
        steps.import_files(admin, slug, files)
        steps.open_batch(admin, slug, "First round", 1, asking)
        look(admin.page)
        someone = sit_down(username)
        password = someone.log_in_first(first)
        state = someone.page.context.storage_state()
    assert watch.faults == []
    return Expert(slug, username, password, state)
