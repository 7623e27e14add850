"""What is measured on a page as it stands; measured.js says how."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text()


def measure(page: Page, what: str, given: object = None) -> Any:
    """What a function of measured.js says of the page."""
    return page.evaluate(f"(given) => {{ {SCRIPT}; return {what}(given); }}", given)


def share_covered(page: Page) -> float:
    """The share of the window's height under bars that stay, in the middle of the page."""
    return float(measure(page, "covered"))


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def hidden_focus(page: Page, most: int) -> list[str]:
    """What bars hide while one goes through the page by Tab; as a text each."""
    found: list[str] = []
    seen: set[str] = set()
    for _ in range(most):
        page.keyboard.press("Tab")
        at: dict[str, Any] | None = measure(page, "focus")
        if at is None:
            break
        if at["seen"] < at["most"] - 1:
            found.append(f"{at['tag']} {at['words']}: {at['seen']:.0f} of {at['most']:.0f} px")
        seen.add(f"{at['tag']} {at['words']}")
    assert len(seen) > 1, f"Tab leads nowhere: {seen}"
    return found
