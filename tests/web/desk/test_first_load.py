"""What a browser fetches before the desk takes a key, in bytes as they are sent."""

from __future__ import annotations

import gzip
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from benchmarks._desk_pages import first_load
from labeling import assigning
from labeling.models import Response
from tests import factories
from tests.web.desk.requests import LogIn, address

pytestmark = pytest.mark.django_db

LIMIT = 60_000
# Of our own and of others: all that a page of the desk names.
NAMED = ("css/", "js/", "vendor/", "favicon.svg", "django_htmx/htmx-2.min.js")
# Django hides how long a page is behind so many bytes at most, drawn for each answer.
DRAWN = 100


@dataclass
class Browser:
    """Somebody at the desk, with the static files as they were collected."""

    client: Client
    seat: str
    files: Path
    wire: int = 0

    async def ask(self, method: str, url: str) -> tuple[int, bytes, bytes]:
        """Status, head and body of one request; how long it was is kept in `wire`."""
        if url.startswith("/static/"):
            return 200, b"", self.file(self.files / url.removeprefix("/static/"))
        answer = self.client.generic(method, url, headers={"accept-encoding": "gzip"})
        text = gzip.decompress(answer.content)
        self.wire = len(gzip.compress(text, 6, mtime=0)) + DRAWN
        return answer.status_code, b"", text

    def file(self, path: Path) -> bytes:
        small = path.with_name(f"{path.name}.gz")
        self.wire = (small if small.exists() else path).stat().st_size
        return path.read_bytes()


@pytest.fixture
def files(tmp_path: Path, settings) -> Path:
    """What `collectstatic` makes of the files that the desk names, under their hashed addresses."""
    settings.DEBUG = False
    kind = {
        "BACKEND": "rubricstudio.statics.WholeSheetsStorage",
        "OPTIONS": {"location": tmp_path, "base_url": "/static/"},
    }
    settings.STORAGES = settings.STORAGES | {"staticfiles": kind}
    sources: dict[str, tuple[Any, str]] = {}
    for finder in get_finders():
        for name, storage in finder.list([]):
            if name.startswith(NAMED) and name not in sources:
                sources[name] = (storage, name)
                staticfiles_storage.save(name, storage.open(name))
    done = list(staticfiles_storage.post_process(sources))
    assert not [fault for _, _, fault in done if isinstance(fault, Exception)]
    return tmp_path


@pytest.fixture
def seat_url(project, ana) -> str:
    """As `./run bench desk` has it: five criteria, and a response of a thousand characters."""
    version = factories.draft(project)
    for at in range(5):
        factories.criterion(version, f"c{at}")
    factories.publish(version)
    factories.response(factories.item(project), text="Yes. " * 200)
    batch = assigning.open_batch(
        project, version, "Bench", responses=Response.objects.all(), by=None
    )
    seat = assigning.claim_next(batch, ana)
    assert seat is not None
    return address(seat)


def at_once(asked: Coroutine[Any, Any, dict[str, int]]) -> dict[str, int]:
    """What it returns, run without a loop: nothing in it waits."""
    with pytest.raises(StopIteration) as done:
        asked.send(None)
    found: dict[str, int] = done.value.value
    return found


def test_the_first_load_of_the_desk_stays_below_60_kb(as_user: LogIn, ana, seat_url, files):
    """Page, styles, scripts, the text's font and icons; what formulas need comes with formulas."""
    found = at_once(first_load(Browser(as_user(ana), seat_url, files)))
    assert set(found) == {"page", "css", "js", "woff2", "svg", "total"}
    assert min(found.values()) > 1_000
    assert found["total"] <= LIMIT, found
