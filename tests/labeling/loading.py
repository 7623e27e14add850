"""Calling `load` as a script would: files in, the JSON document out."""

import json
from collections.abc import Iterable
from contextlib import suppress
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command


def run_load(slug: str, *arguments: str | Path) -> dict:
    """The document on stdout, also when the load was refused."""
    out = StringIO()
    with suppress(CommandError):
        call_command("load", slug, "--json", *map(str, arguments), stdout=out)
    return json.loads(out.getvalue())


def write_lines(path: Path, lines: Iterable[dict]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path
