"""Practice in the browser: known answers loaded, met at the desk, appealed against, revised."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Person
from tests.browser.material import difficult_files
from tests.browser.seats import ready

N = 4
WHY = "Section 4 names the thirty days."


def files_of(folder: Path) -> tuple[dict[str, Path], Path]:
    """Items with responses that carry ids, and a file of what is known of them."""
    files = difficult_files(folder, N)
    rows = [
        {
            "id": f"r{number}",
            "item_id": f"hostile-{number}",
            "generator": "model-a",
            "output": "Yes.",
        }
        for number in range(N)
    ]
    files["Responses"].write_text("".join(json.dumps(one) + "\n" for one in rows))
    known = [
        {"response_id": row["id"], "criterion": key, "value": 1, "explanation": WHY}
        for row in rows
        for key in ("right", "clear")
    ]
    path = folder / "known.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in known))
    return files, path


def looked_at(person: Person) -> Page:
    """The page as it stands passes for everybody and fits every screen."""
    person.page.wait_for_load_state()
    person.check_accessibility()
    for width in (390, 1280, 1920):
        person.page.set_viewport_size({"width": width, "height": 900})
        person.check_width()
    person.page.set_viewport_size({"width": 1280, "height": 900})
    return person.page


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """To the page that is called like the link to it."""
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_from_a_file_of_known_answers_to_a_revised_one(person, superuser, tmp_path):
    admin: Person = person(superuser[0]).log_in(superuser[1])
    slug = steps.make_project(admin, f"Practice {uuid4().hex[:6]}")
    account = steps.make_account(admin, slug, f"expert-of-{slug}", "Expert")
    files, known = files_of(tmp_path)
    steps.import_files(admin, slug, files)

    page = admin.goto(f"/p/{slug}/rubrics/short/known")
    looked_at(admin)
    page.get_by_label("File of known answers").set_input_files(known)
    page.get_by_role("button", name="Load the file").click()
    expect(page.locator("main")).to_contain_text("8 known answers, the newest first")
    looked_at(admin)
    page.get_by_role("link", name="r0").first.click()
    expect(page.get_by_role("heading", name="Known answers")).to_be_visible()
    looked_at(admin)

    steps.open_batch(admin, slug, "Practice", 3, {"Kind": "Practice"})
    expect(page.locator("main")).to_contain_text("everybody takes all of it")
    practice_url = page.url
    looked_at(admin)
    steps.open_batch(admin, slug, "Work", 3)
    follow(page, "Adaptive overlap")
    looked_at(admin)
    page.get_by_role("button", name="Ask by this rule").click()
    expect(page.locator("main")).to_contain_text("2 to 5 experts per response")
    follow(page, "Practice and checks")
    looked_at(admin)
    page.get_by_label("Only experts who have passed").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Only experts who passed practice")
    looked_at(admin)

    ana = person(account[0])
    ana.log_in_first(account[1])
    # Work that is not handed out yet is answered with its status.
    ana.watch.expected = ("status of 409",)
    page = ana.goto("/desk/")
    page.locator("article", has_text="Work").get_by_role("button").click()
    expect(page.get_by_role("heading", name="Practice first")).to_be_visible()
    looked_at(ana)
    page.get_by_role("button", name="Start practice").click()
    ready(page)
    assert WHY not in page.content()
    for number, value in enumerate(("1", "2", "2")):
        page.locator("[data-criterion]").nth(number).get_by_role("radio").nth(0).focus()
        page.keyboard.press(value)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="1 of 2 as known")).to_be_visible()
    expect(page.locator(".known")).to_contain_text(WHY)
    expect(page.locator(".known-standing")).to_contain_text("1 of 2 answers were the known one")
    looked_at(ana)
    page.locator(".known summary").first.click()
    page.get_by_label("Why it is wrong").first.fill("It is about another section.")
    page.get_by_role("button", name="Send to the authors").first.click()
    expect(page.locator(".known")).to_contain_text("Your appeal waits for the authors.")
    seat = page.url

    page = admin.goto(f"/p/{slug}/rubrics/short/flags")
    follow(page, re.compile(r"^Flag \d+"))
    looked_at(admin)
    page.get_by_label("To the expert").fill("Right: section 5 decides it.")
    page.get_by_label("The known answer is").select_option("0")
    page.get_by_role("button", name="Accept the appeal and revise").click()
    expect(page.locator("main")).to_contain_text("Known answer revised")
    admin.page.goto(practice_url)
    expect(admin.page.get_by_role("heading", name="Results")).to_be_visible()
    looked_at(admin)

    ana.page.goto(seat)
    expect(ana.page.get_by_role("heading", name="2 of 2 as known")).to_be_visible()
    expect(ana.page.locator(".known")).to_contain_text("Right: section 5 decides it.")
    # The keys that submitted lead on.
    ana.page.keyboard.press("Control+Enter")
    ana.page.wait_for_url(lambda url: url != seat)
    ana.goto("/desk/mine/")
    looked_at(ana)
