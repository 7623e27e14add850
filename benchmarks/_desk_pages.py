"""What a browser receives of the desk: the first load with its styles and scripts, then answers."""

from __future__ import annotations

import re
from typing import Any

ASSET = re.compile(r'(?:src|href)="(/static/[^"]+\.(?:js|css|woff2|svg)[^"]*)"')
STYLE = re.compile(r'@import url\("?([^")]+)"?\)')
SCRIPT = re.compile(r"""\b(?:import|from)\s*["\x27](\.{1,2}/[\w./-]+\.js)["\x27]""")


async def first_load(expert: Any) -> dict[str, int]:
    """Bytes on the wire of the page and of everything that it loads at once, each once.

    Of fonts only the text's own is loaded with the page; those of formulas where there is one.
    """
    _, _, page = await expert.ask("GET", expert.seat)
    found = {"page": expert.wire}
    waiting = list(dict.fromkeys(ASSET.findall(page.decode())))
    seen: set[str] = set()
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen:
            continue
        seen.add(address)
        status, _, text = await expert.ask("GET", address)
        if status != 200:
            raise AssertionError(f"{address} is answered by {status}")
        kind = address.partition("?")[0].rpartition(".")[2]
        found[kind] = found.get(kind, 0) + expert.wire
        pattern = {"css": STYLE, "js": SCRIPT}.get(kind)
        if pattern:
            waiting += [_joined(address, one) for one in pattern.findall(text.decode())]
    return {**found, "total": sum(found.values())}


def _joined(base: str, to: str) -> str:
    if to.startswith("/"):
        return to
    parts = base.split("/")[:-1]
    for part in to.removeprefix("./").split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)
