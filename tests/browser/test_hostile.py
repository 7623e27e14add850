"""Hostile responses in a real browser: nothing runs, nothing is fetched, the criteria stay usable.

Every fault ends the test through the watch: a console error, a refused source, a dialog, a request
to anywhere else.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Person
from tests.browser.desk.hands import eventually
from tests.browser.material import corpus_files
from tests.browser.seats import submit_everything, to_fresh_seat
from tests.hostile import HOSTILE

# Strict JSON refuses NUL; the other control characters of that text are in it too.
TEXTS = [text.replace("\x00", "") for text in HOSTILE]
SIZE = 26
ALARM = "window.pwned = () => console.error('pwned');"
# The rest of a long turn comes once it is in sight: true when there is none any more.
BRING = """() => {
  const all = [...document.querySelectorAll(".desk-response .turn-rest[hx-get]")];
  const next = all.find((one) => one.checkVisibility());
  next?.scrollIntoView({ block: "center" });
  return !next;
}"""
READ = """async (pane) => {
  for (pane.scrollTop = 0; ; pane.scrollBy(0, pane.clientHeight)) {
    await new Promise(requestAnimationFrame);
    if (pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2) return;
  }
}"""
# Whether the middle of the first level is really what a click there would hit.
REACHED = """radio => {
  const { left, top, width, height } = radio.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  return hit === radio || radio.labels[0].contains(hit);
}"""


def read_to_the_end(page: Page) -> None:
    """Scroll as a reader does, so that everything lazy is there and everything is drawn."""
    eventually(page, lambda: page.evaluate(BRING))
    page.locator(".desk-response").evaluate(READ)


def test_no_text_of_the_corpus_does_anything(
    person: Callable[..., Person], superuser: tuple[str, str], tmp_path: Path
) -> None:
    admin = person(superuser[0]).log_in(superuser[1])
    slug = steps.make_project(admin, f"Hostile {uuid4().hex[:6]}")
    account = steps.make_account(admin, slug, f"reader-of-{slug}", "Expert")
    steps.import_files(admin, slug, corpus_files(tmp_path, TEXTS, SIZE))
    steps.open_batch(admin, slug, "Hostile round", overlap=1)
    ana = person(account[0])
    ana.page.add_init_script(ALARM)
    ana.log_in_first(account[1])
    to_fresh_seat(ana)
    page, seen = ana.page, 0
    for at in range(0, len(TEXTS), SIZE):
        read_to_the_end(page)
        seen += page.locator(".desk-response .turn").count() - 1
        radio = page.locator("[data-criterion]").first.get_by_role("radio").first
        expect(radio).to_be_in_viewport()
        assert radio.evaluate(REACHED)
        assert page.locator(".desk-response :is(script, style, iframe, form, input)").count() == 0
        ana.check_width()
        if at + SIZE < len(TEXTS):
            submit_everything(page)
    assert seen == len(TEXTS)
