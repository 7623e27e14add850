"""Two authors of a project on the real stack, and a draft of theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, StorageState

from tests.browser import steps
from tests.browser.conftest import Person, Watch, room
from tests.browser.drafts import (
    at_work,
)
from tests.browser.material import difficult_files
from tests.faults.running_stack import RunningStack


@dataclass(frozen=True)
class Authors:
    """Two authors of one project that has a few responses; each in a browser of their own."""

    slug: str
    states: tuple[StorageState, StorageState]
    account: tuple[str, str]


@pytest.fixture(scope="package")
def authors(
    browser: Browser,
    stack: RunningStack,
    superuser: tuple[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Authors:
    watch = Watch()
    with room(browser, stack, watch) as sit_down:
        admin = sit_down(superuser[0]).log_in(superuser[1])
        slug = steps.make_project(admin, f"Written {uuid4().hex[:6]}")
        steps.import_files(admin, slug, difficult_files(tmp_path_factory.mktemp("written"), 3))
        states = []
        for name in ("bea", "cem"):
            account = steps.make_account(admin, slug, f"{name}-{slug}", "Author")
            author = sit_down(account[0])
            password = author.log_in_first(account[1])
            states.append(author.page.context.storage_state())
    assert watch.faults == []
    return Authors(slug, (states[0], states[1]), (account[0], password))


@pytest.fixture
def bea(person: Callable[..., Person], authors: Authors) -> Person:
    return person("bea", storage_state=authors.states[0], reduced_motion="reduce")


@pytest.fixture
def cem(person: Callable[..., Person], authors: Authors) -> Person:
    return person("cem", storage_state=authors.states[1], reduced_motion="reduce")


@pytest.fixture
def draft(bea: Person, authors: Authors) -> str:
    """A draft of four criteria in two sections, made from the gallery; its path."""
    page = bea.goto(f"/p/{authors.slug}/rubrics/new")
    page.get_by_label("Title").fill(f"Draft {uuid4().hex[:6]}")
    page.get_by_role("button", name="Begin draft").click()
    at_work(page)
    path = page.url.removeprefix(bea.base)
    page.get_by_role("link", name="Pick from the gallery").click()
    for name in ("Reaches the goal", "Completes the parts of the request"):
        page.get_by_label(name, exact=True).check()
    for name in ("Calls the right tool", "Passes the right arguments"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Add the picked criteria").click()
    at_work(page)
    return path
