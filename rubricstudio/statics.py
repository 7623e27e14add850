"""Style sheets and scripts as they are sent: in few files, and without what only readers need.

Sources stay small files with comments; in production, where `collectstatic` gathers them, a browser
would fetch fifty sheets one after the other before it paints anything, and twenty modules before
the desk takes a key. What others made (`vendor/`, packages) is sent as it is.
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

from rubricstudio.joining import joined

WHOLE = ("css/app.css", "css/studio.css", "css/several.css")
# A script, and the folder of modules that are put into it. Those of the desk hold what other pages
# load beside theirs, so base.html's own are not loaded with them.
JOINED = {"js/desk.js": "js/", "js/grid.js": "js/", "js/sitting.js": "js/"}
SCRIPTS = re.compile(r"js/.+\.js")
IMPORT = re.compile(r'@import url\("([^":]+\.css)"\);')
ADDRESS = re.compile(r'url\("((?!data:|/|https?:)[^"]+)"\)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BLANK = re.compile(r"\s*\n\s*")

type Sources = dict[str, tuple[Any, str]]


class WholeSheetsStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed as by whitenoise, after our own files were made small and few."""

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
            for name, text in sent(paths).items():
                Path(self.path(name)).write_text(text, encoding="utf-8")
                paths[name] = (collected, name)
        yield from super().post_process(paths, dry_run, **options)


def sent(paths: Sources) -> dict[str, str]:
    """Our own sheet and scripts by name, as browsers get them."""
    # Loaded here: only where files are collected, never in the web's processes.
    import minify

    found = {name: minify.string("text/css", whole(name, paths)) for name in WHOLE if name in paths}
    for name in filter(SCRIPTS.fullmatch, paths):
        folder = JOINED.get(name)
        text = joined(name, folder, lambda one: _text(one, paths)) if folder else _text(name, paths)
        found[name] = minify.string("text/javascript", text)
    return found


def _text(name: str, paths: Sources) -> str:
    storage, path = paths[name]
    with storage.open(path) as source:
        return source.read().decode()


def whole(name: str, paths: Sources, top: str = "") -> str:
    """The sheet with all it imports in place, without comments; addresses relative to `top`."""
    text = COMMENT.sub("", _text(name, paths))
    folder, top = posixpath.dirname(name), top or posixpath.dirname(name)
    text = IMPORT.sub(
        lambda found: whole(posixpath.normpath(posixpath.join(folder, found[1])), paths, top), text
    )

    def placed(found: re.Match[str]) -> str:
        return f'url("{posixpath.relpath(posixpath.join(folder, found[1]), top)}")'

    if folder != top:
        text = ADDRESS.sub(placed, text)
    return BLANK.sub("\n", text).strip() + "\n"
