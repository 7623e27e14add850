"""Responses side by side in a real browser: keys, drafts, one submit, on a phone one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Person
from tests.browser.desk.hands import saved
from tests.browser.experts import Expert, an_expert
from tests.browser.material import difficult_files

ANSWERS = ("Yes, **within 30 days**: send it.", "No. Please understand.", "Ask section 4. " * 60)


def files_of(folder: Path) -> dict[str, Path]:
    files = difficult_files(folder, 3)
    responses = [
        {"item_id": f"hostile-{number}", "generator": f"model-{index}", "output": text}
        for number in range(3)
        for index, text in enumerate(ANSWERS)
    ]
    files["Responses"].write_text("".join(json.dumps(one) + "\n" for one in responses))
    return files


@pytest.fixture(scope="module")
def expert(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Expert:
    files = files_of(tmp_path_factory.mktemp("grids"))
    asking = {"Way of rating": "Responses of an item side by side"}
    return an_expert(request, "Grids", files, asking=asking)


def to_grid(ana: Person) -> Page:
    page = ana.goto("/desk/")
    page.get_by_role("button", name=re.compile("Start rating|Continue")).click()
    page.wait_for_selector("[data-grid][data-ready]")
    return page


def at(page: Page) -> tuple[int, int]:
    """Column and row of the focus."""
    place = page.evaluate(
        """() => {
          const one = document.activeElement.closest("[data-criterion]");
          const column = one.closest("[data-column]");
          return [[...document.querySelectorAll("[data-column]")].indexOf(column),
            [...column.querySelectorAll("[data-criterion]")].indexOf(one)];
        }"""
    )
    return place[0], place[1]


def test_a_grid_is_rated_by_keyboard_and_kept(
    person: Callable[..., Person], expert: Expert
) -> None:
    ana = person(expert.username, storage_state=expert.state)
    page = to_grid(ana)
    ana.check_width()
    ana.check_accessibility()
    assert at(page) == (0, 0)
    # One criterion over all responses, then the next.
    places = []
    for _ in range(4):
        page.keyboard.press("2")
        places.append(at(page))
    assert places == [(1, 0), (2, 0), (0, 1), (1, 1)]
    for key, place in (("l", (2, 1)), ("j", (2, 2)), ("h", (1, 2)), ("k", (1, 1))):
        page.keyboard.press(key)
        assert at(page) == place
    page.keyboard.press("r")
    page.keyboard.type("Names no date")
    page.keyboard.press("Escape")
    saved(page)
    page.reload()
    page.wait_for_selector("[data-grid][data-ready]")
    assert page.locator("input:checked").count() == 4
    second = page.locator("[data-column]").nth(1)
    expect(second.locator("[name^='why:']").nth(1)).to_have_value("Names no date")
    page.locator("[data-column]").nth(1).locator("[data-criterion] input").nth(4).focus()
    for _ in range(5):
        page.keyboard.press("2")
    assert page.locator("input:checked").count() == 9
    here = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != here)
    page.wait_for_selector("[data-grid][data-ready]")
    expect(page.locator(".desk-progress")).to_contain_text("3 of 9")
    keymap = page.evaluate(
        "import('/static/js/desk/keymap_together.js').then((all) => all.gridKeymap)"
    )
    bound = [(bool(row.get("ctrl")), key) for row in keymap for key in row["keys"]]
    assert len(bound) == len(set(bound))
    page.keyboard.press("?")
    texts = page.get_by_role("dialog", name="Keys").locator("dd").all_inner_texts()
    assert texts == [row["text"] for row in keymap]


def test_responses_and_what_is_saved_stay_in_sight(
    person: Callable[..., Person], expert: Expert
) -> None:
    ana = person(expert.username, storage_state=expert.state)
    ana.page.set_viewport_size({"width": 1280, "height": 800})
    page = to_grid(ana)
    for _ in range(2):
        page.keyboard.press("j")
    assert at(page) == (0, 2)
    first = page.locator("[data-column]").first
    expect(first.locator("[data-criterion]").nth(2).locator(".levels")).to_be_in_viewport(ratio=1)
    expect(first.locator(".grid-response h2")).to_be_in_viewport(ratio=1)
    expect(page.locator(".desk-progress")).to_be_in_viewport(ratio=1)


def test_on_a_phone_one_stands_under_the_other(
    person: Callable[..., Person], expert: Expert
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    ana = person(expert.username, storage_state=expert.state, **phone)
    page = to_grid(ana)
    ana.check_width()
    ana.check_accessibility()
    columns = page.locator("[data-column]")
    lefts = {box["x"] for one in columns.all() if (box := one.bounding_box())}
    assert len(lefts) == 1
    for one in page.locator("[data-criterion]").all():
        one.locator(".level").nth(0).tap()
    here = page.url
    page.get_by_role("button", name="Submit 3 ratings and go on").tap()
    page.wait_for_url(lambda url: url != here)


def test_what_is_missing_is_marked_at_its_response(
    person: Callable[..., Person], expert: Expert
) -> None:
    ana = person(expert.username, storage_state=expert.state)
    ana.watch.expected = ("status of 422",)
    page = to_grid(ana)
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".alert").first).to_contain_text("Nothing was submitted yet")
    page.wait_for_selector("[data-grid][data-ready]")
    assert page.locator("[data-problem]").count() == 8
    assert at(page) == (0, 1)
