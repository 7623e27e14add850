"""A rubric of one item, written on the item's page without leaving it."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Person
from tests.browser.desk.hands import saved
from tests.browser.drafts import at_first_field
from tests.browser.material import request_files


def test_criteria_are_written_in_place_and_stay(
    person: Callable[..., Person], superuser: tuple[str, str], tmp_path: Path
):
    admin = person(superuser[0]).log_in(superuser[1])
    slug = steps.make_project(admin, f"Own rubrics {uuid4().hex[:6]}")
    steps.import_files(admin, slug, request_files(tmp_path, {"kettle": "Send it back."}))
    page = admin.goto(f"/p/{slug}/items/")
    page.get_by_role("link", name="kettle").click()
    # Once it is loaded, what is pressed is done in place.
    page.wait_for_url(re.compile(r"/items/\d+/"))
    page.get_by_role("button", name="Write criteria for this item").click()
    expect(page.locator("#own-rubric-body")).to_contain_text("No criterion yet")
    here = page.url.partition("#")[0]

    page.get_by_role("link", name="Edit here").click()
    page.wait_for_selector("[data-editor][data-ready]")
    page.get_by_role("button", name="Write the first criterion").focus()
    page.keyboard.press("Enter")
    form = at_first_field(page.locator("form.criterion-form"))
    text = form.get_by_label("Criterion", exact=False).first
    text.fill("Says by when the kettle has to be back.")
    saved(page)
    admin.check_accessibility()
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        admin.check_width()
    assert page.url.partition("#")[0] == here
    form.get_by_role("button", name="Save").last.click()
    expect(form).to_have_count(0)
    expect(page.locator("#outline .draft-card")).to_have_count(1)

    page.goto(here)
    expect(page.locator("#own-rubric-body")).to_contain_text("by when the kettle has to be back")
    listed = admin.goto(f"/p/{slug}/item-rubrics/")
    expect(listed.get_by_role("row").last).to_contain_text("kettle")
    expect(listed.get_by_text("1 item with 1 criterion")).to_be_visible()
