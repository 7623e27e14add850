"""The texts of the demo, which lie beside this module."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def text(name: str) -> str:
    """The whole text of a file."""
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def document(name: str) -> Any:
    """The JSON of a file; shared by all callers, so never changed."""
    return json.loads(text(name))
