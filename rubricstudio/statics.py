"""Style sheets as they are sent: what a sheet imports stands in it, so that one request has it all.

Sources stay small files; in production, where `collectstatic` gathers them, a browser would fetch
fifty of them one after the other before it paints anything.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

WHOLE = ("css/app.css",)
IMPORT = re.compile(r'@import url\("([^":]+\.css)"\);')
ADDRESS = re.compile(r'url\("((?!data:|/|https?:)[^"]+)"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BLANK = re.compile(r"\s*\n\s*")

type Sources = dict[str, tuple[Any, str]]


class WholeSheetsStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed as by whitenoise, after imports were put in their places."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of a file: worked out once, the names do not change while a process runs."""
        if name is None or force or settings.DEBUG:
            return super().url(name, force)
        if name not in self._addresses:
            self._addresses[name] = super().url(name)
        return self._addresses[name]

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            collected = StaticFilesStorage(location=self.location, base_url=self.base_url)
            for name in WHOLE:
                if name in paths:
                    Path(self.path(name)).write_text(whole(name, paths), encoding="utf-8")
                    paths[name] = (collected, name)
        yield from super().post_process(paths, dry_run, **options)


def whole(name: str, paths: Sources, top: str = "") -> str:
    """The sheet with all it imports in place, without comments; addresses relative to `top`."""
    storage, path = paths[name]
    with storage.open(path) as source:
        text = COMMENT.sub("", source.read().decode())
    folder, top = posixpath.dirname(name), top or posixpath.dirname(name)
    text = IMPORT.sub(
        lambda found: whole(posixpath.normpath(posixpath.join(folder, found[1])), paths, top), text
    )

    def placed(found: re.Match[str]) -> str:
        return f'url("{posixpath.relpath(posixpath.join(folder, found[1]), top)}")'

    if folder != top:
        text = ADDRESS.sub(placed, text)
    return BLANK.sub("\n", text).strip() + "\n"
