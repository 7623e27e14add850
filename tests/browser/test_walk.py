"""The whole loop as people walk it: from an empty server to a dataset on somebody's disk."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import JOBS, Person
from tests.browser.material import STRONG, WEAK, request_files
from tests.faults.running_stack import RunningStack, run

# Both answers of the first two are weak, both of the next are strong, and on `disputed`
# the two experts see it differently.
OUTCOMES = {
    "kettle-1": WEAK,
    "kettle-2": WEAK,
    "kettle-3": STRONG,
    "disputed": "It depends.",
}
RESPONSES = 2 * len(OUTCOMES)
REMARK = "Remark of an expert that must not leak 4711"
FILES = {"train.jsonl", "valid.jsonl", "grader.json", "rubrics.jsonl", "manifest.json"}


def test_the_loop_from_an_empty_server_to_a_verified_dataset(
    person: Callable[..., Person],
    superuser: tuple[str, str],
    stack: RunningStack,
    tmp_path: Path,
) -> None:
    root = person(superuser[0]).log_in(superuser[1])
    slug = steps.make_project(root, f"The walk {uuid4().hex[:6]}")
    accounts = {
        role: steps.make_account(root, slug, f"{role.lower()}-of-{slug}", role.split("-")[0])
        for role in ("Author", "Admin", "Expert-1", "Expert-2")
    }

    author = person(accounts["Author"][0])
    author.log_in_first(accounts["Author"][1])
    steps.write_rubric(author, slug)
    steps.publish(author.page)

    admin = person(accounts["Admin"][0])
    admin.log_in_first(accounts["Admin"][1])
    steps.import_files(admin, slug, request_files(tmp_path, OUTCOMES))
    steps.open_batch(admin, slug, "First round", overlap=2)
    expect(admin.page.locator(".stats")).to_contain_text(f"0 of {RESPONSES}")

    for role in ("Expert-1", "Expert-2"):
        name, password = accounts[role]
        rate_everything(person(name), password)
    admin.page.reload()
    expect(admin.page.locator(".stats")).to_contain_text(f"{RESPONSES} of {RESPONSES}")

    measure(admin, slug)
    select(admin, slug)
    folder = stack.home.parent / "downloads"
    shutil.rmtree(folder, ignore_errors=True)
    write_release(admin, folder)
    check_dataset(folder)
    check_proof(stack, folder)


def rate_everything(expert: Person, password: str) -> None:
    """From the log-in to the last response without ever touching a mouse."""
    page = expert.goto("/accounts/login/")
    # The field has the focus from the first frame on, which may come after the page is loaded.
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type(expert.username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/password_change/")
    expect(page.get_by_label("Old password")).to_be_focused()
    for number, typed in enumerate((password, f"my own {password}", f"my own {password}")):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/password_change/done/")
    steps.tab_to(page, "Desk")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/$"))
    steps.tab_to(page, "Start rating")
    page.keyboard.press("Enter")
    for number in range(RESPONSES):
        page.wait_for_url(re.compile(r"/desk/seat/\d+/"))
        # First the response, or the one before would be found ready.
        expect(page.locator(".desk-progress")).to_have_text(f"{number} of {RESPONSES}")
        page.wait_for_selector("[data-ready]")
        rate(page, expert.username, remark=number == 0)
    expect(page.locator("main")).to_contain_text("Nothing is left for you here")


def rate(page: Page, who: str, *, remark: bool) -> None:
    """One response; digits choose and go on, j and k move, r writes the reason."""
    response = page.locator("[data-judged]").inner_text()
    here = page.url
    if "It depends" in response:
        digits = "131" if who.startswith("expert-1") else "212"
    else:
        digits = "112" if "no refunds" in response else "232"
    page.keyboard.press("j")
    page.keyboard.press("k")
    for digit in digits:
        page.keyboard.press(digit)
    page.keyboard.press("k")
    if remark:
        page.keyboard.press("r")
        page.keyboard.type(REMARK)
        page.keyboard.press("Escape")
    # An answer is changed by going back to it.
    page.keyboard.press("k")
    page.keyboard.press(digits[0])
    chosen = page.locator("input:checked").evaluate_all("all => all.map(one => one.value)")
    values = {"1": ("0", "1", "0"), "2": ("1", "2", "1"), "3": ("", "3", "")}
    assert chosen == [values[digit][at] for at, digit in enumerate(digits)]
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != here)


def measure(admin: Person, slug: str) -> None:
    """The worker measures; the page asks until the numbers are there, nobody reloads it."""
    page = admin.goto(f"/p/{slug}/agreement/")
    # The schedule may have measured by itself, before the last ratings were in.
    start = page.get_by_role("button", name="Measure now")
    # Two experts, three criteria.
    done = page.get_by_text(f"as of {RESPONSES * 2 * 3} scores", exact=True)
    expect(start.or_(done).first).to_be_visible(timeout=JOBS)
    if start.is_visible():
        # Where the button stands nothing is being measured, so it stays until it is pressed.
        start.click()
    expect(done).to_be_visible(timeout=JOBS)
    counts = page.get_by_role("region", name="Counts of every criterion")
    # Six of eight responses were rated alike under each criterion.
    row = counts.get_by_role("row", name=re.compile("^Is polite"))
    expect(row).to_be_visible()
    told = row.get_by_role("cell").all_inner_texts()
    assert (told[1], told[2], told[4], told[7]) == ("2", "6", "8", "16"), told
    forest = page.locator(".forest").get_by_role("row", name=re.compile("^Is polite"))
    expect(forest).to_contain_text("75 %")
    admin.check_accessibility()


def select(admin: Person, slug: str) -> None:
    """A rule under which the weak items are in, and a reason for each that is not."""
    page = admin.goto(f"/p/{slug}/selections/new")
    page.get_by_label("Raters at least").fill("2")
    page.get_by_label("Share for validation").fill("0.5")
    page.get_by_role("button", name="Select items").click()
    page.wait_for_url(re.compile(r"/selections/\d+/"))
    items = page.locator("#rows").get_by_role("region", name="Verdict on every item")
    expect(items).to_be_visible(timeout=JOBS)
    verdicts = {
        row.locator("th").inner_text(): row.locator("td").first.inner_text()
        for row in items.locator("tbody tr").all()
    }
    chosen = {name for name, verdict in verdicts.items() if verdict == "In"}
    assert chosen == {"kettle-1", "kettle-2"}, verdicts
    admin.check_accessibility()


def write_release(admin: Person, folder: Path) -> None:
    """A draft release, and every one of its files downloaded."""
    page = admin.page
    page.get_by_role("link", name="Write a draft release").click()
    page.get_by_label("Name").fill("Kettles")
    page.get_by_role("button", name="Write the draft release").click()
    page.wait_for_url(re.compile(r"/releases/\d+/"))
    links = page.get_by_role("region", name="Files of the release").get_by_role("link")
    expect(links.first).to_be_visible(timeout=JOBS)
    folder.mkdir(mode=0o755)
    for link in links.all():
        with page.expect_download() as download:
            link.click()
        download.value.save_as(folder / link.inner_text().strip())
    admin.check_accessibility()


def check_dataset(folder: Path) -> None:
    """What the trainer gets: the rows, the grader, hashes that hold, and no word of an expert."""
    assert {path.name for path in folder.iterdir()} >= FILES
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["kind"] == "draft"
    assert manifest["counts"]["rows"] == 2
    for file in manifest["files"]:
        content = (folder / file["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert (len(content), content.count(b"\n")) == (file["bytes"], file["rows"])
    train, valid = (read_rows(folder / f"{split}.jsonl") for split in ("train", "valid"))
    assert {row["id"] for row in train + valid} == {"kettle-1", "kettle-2"}
    assert (len(train), len(valid)) == (1, 1)
    for row in train + valid:
        prompt = f"Request {row['id']}: may I send my kettle back?"
        assert row["messages"] == [{"role": "user", "content": prompt}]
    grader = json.loads((folder / "grader.json").read_text())
    assert grader["type"] == "multi"
    assert len(grader["graders"]) == 3
    assert grader["calculate_output"]
    everything = "".join(path.read_text() for path in folder.iterdir())
    assert REMARK not in everything
    assert WEAK not in everything


def read_rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_proof(stack: RunningStack, folder: Path) -> None:
    """The shell recomputes the download from the database, and sees one changed byte."""
    for path in folder.iterdir():
        path.chmod(0o644)
    verified = run("manage", "export", "--verify", str(folder), home=stack.home)
    assert verified.returncode == 0, verified.stderr
    train = folder / "train.jsonl"
    train.write_bytes(train.read_bytes().replace(b"Request", b"request", 1))
    refused = run("manage", "export", "--verify", str(folder), home=stack.home)
    assert refused.returncode == 1
    assert "train.jsonl" in refused.stderr
