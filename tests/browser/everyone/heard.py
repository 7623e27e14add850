"""What a screen reader says: the browser's accessibility tree and its live regions, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Page

LANDMARKS = ("banner", "navigation", "main", "region", "form", "complementary", "search")
STATES = ("checked", "required", "invalid", "disabled", "readonly", "expanded")
GROUPS = ("radiogroup", "group", "region", "dialog", "alertdialog")
# Live regions speak when their text changes, an alert already when it comes.
LISTENER = """
  window.said = [];
  const say = (region) => {
    const text = region.textContent.replace(/\\s+/g, " ").trim();
    if (text && text !== region.lastSaid) window.said.push(text);
    region.lastSaid = text;
  };
  new MutationObserver((changes) => {
    if (document.readyState === "loading") return;
    for (const { target, addedNodes } of changes) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      const region = element?.closest("[role=status], [role=alert], [aria-live]");
      if (region?.checkVisibility()) say(region);
      for (const node of addedNodes) if (node.matches?.("[role=alert]")) say(node);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
"""


def listen(context: BrowserContext) -> None:
    """From now on every page of the context keeps what its live regions said."""
    context.add_init_script(f"(() => {{{LISTENER}}})()")


class Reader:
    """A screen reader at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def nodes(self) -> dict[str, dict[str, Any]]:
        found = self.session.send("Accessibility.getFullAXTree")["nodes"]
        return {one["nodeId"]: one for one in found}

    def shown(self) -> Iterator[dict[str, Any]]:
        """What is not left out of the tree, in reading order."""
        nodes = self.nodes()
        todo = [next(iter(nodes))]
        while todo:
            node = nodes[todo.pop()]
            if not node["ignored"]:
                yield node
            todo += [one for one in reversed(node.get("childIds", [])) if one in nodes]

    def said(self, role: str) -> list[str]:
        """Everything of a role as it is read, with its states and what describes it."""
        return [spoken(one) for one in self.shown() if role_of(one) == role]

    def landmarks(self) -> list[str]:
        found = [one for one in self.shown() if role_of(one) in LANDMARKS]
        # A form is a landmark once it has a name.
        return [spoken(one) for one in found if role_of(one) != "form" or _value(one, "name")]

    def headings(self) -> list[str]:
        found = [one for one in self.shown() if role_of(one) == "heading"]
        return [f"{_states(one)['level']} {_value(one, 'name')}" for one in found]

    def nameless(self) -> list[str]:
        """Controls of which one hears only what they are."""
        roles = ("button", "link", "radio", "checkbox", "textbox", "combobox", "dialog", "region")
        return [
            str(one.get("backendDOMNodeId"))
            for one in self.shown()
            if role_of(one) in roles and not _value(one, "name")
        ]

    def focus(self) -> str:
        """What is read where the focus is: the control, then the groups around it."""
        nodes = self.nodes()
        at = next(
            one
            for one in nodes.values()
            if _states(one).get("focused") and role_of(one) != "RootWebArea"
        )
        said = [spoken(at)]
        while at := nodes.get(at.get("parentId", "")):
            if role_of(at) in GROUPS and _value(at, "name"):
                said.append(spoken(at))
        return " < ".join(said)

    def announced(self) -> list[str]:
        """What live regions said since one asked last."""
        said: list[str] = self.page.evaluate("window.said.splice(0)")
        return said

    def hears(self, words: str) -> None:
        """Sooner or later a live region says so."""
        self.page.wait_for_function(
            "(words) => window.said.some((one) => one.includes(words))", arg=words
        )


def role_of(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def _value(node: dict[str, Any], key: str) -> str:
    return " ".join(str(node.get(key, {}).get("value", "")).split())


def _states(node: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"].get("value") for one in node.get("properties", [])}


def spoken(node: dict[str, Any]) -> str:
    """Role, name, states that hold, and the description, as one line."""
    states = _states(node)
    held = [name for name in STATES if states.get(name) not in (None, False, "false")]
    if role_of(node) in ("radio", "checkbox") and "checked" not in held:
        held.append("not checked")
    line = " ".join(filter(None, (role_of(node), _value(node, "name"))))
    described = _value(node, "description")
    return ", ".join([line, *held]) + (f": {described}" if described else "")
