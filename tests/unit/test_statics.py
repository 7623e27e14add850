"""One request brings the whole style sheet, whatever it imports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage

from rubricstudio.statics import WholeSheetsStorage, whole

SHEETS = {
    "css/app.css": '/* the order */\n@layer base, parts;\n\n@import url("base.css");\n'
    '@import url("parts/card.css");\n',
    "css/base.css": "@layer base {\n  /* the type */\n"
    '  @font-face { src: url("../fonts/a.woff2"); }\n}\n',
    "css/parts/card.css": '@layer parts { .card { background: url("dots.svg"), url("data:x") } }\n',
    "css/parts/dots.svg": "<svg/>",
    "fonts/a.woff2": "font",
}


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, tuple[FileSystemStorage, str]]:
    folder = tmp_path / "sources"
    for name, text in SHEETS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    storage = FileSystemStorage(location=folder)
    return {name: (storage, name) for name in SHEETS}


def test_imports_stand_in_their_places_and_addresses_still_lead_there(sources):
    assert whole("css/app.css", sources) == (
        "@layer base, parts;\n"
        '@layer base {\n@font-face { src: url("../fonts/a.woff2"); }\n}\n'
        '@layer parts { .card { background: url("parts/dots.svg"), url("data:x") } }\n'
    )


def test_what_is_collected_is_hashed_whole(sources, tmp_path, settings):
    settings.DEBUG = False
    out = tmp_path / "out"
    storage = WholeSheetsStorage(location=out, base_url="/static/")
    for name in sources:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(SHEETS[name])
    assert not [done for _, _, done in storage.post_process(sources) if isinstance(done, Exception)]
    sent = (out / storage.stored_name("css/app.css")).read_text()
    assert "@import" not in sent
    assert re.search(r'url\("\.\./fonts/a\.[0-9a-f]{12}\.woff2"\)', sent)
    assert re.search(r'url\("parts/dots\.[0-9a-f]{12}\.svg"\)', sent)


def test_ours_is_whole_and_loses_no_rule():
    found = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.setdefault(path, (storage, path))
    text = whole("css/app.css", found)
    assert "@import" not in text
    assert text.count("{") == text.count("}")
    for name in [name for name in found if re.fullmatch(r"css/(?:.+/)?[a-z-]+\.css", name)]:
        storage, path = found[name]
        for rule in re.findall(r"(?m)^  (\.[a-z-]+) \{", storage.open(path).read().decode()):
            assert f"\n{rule} {{" in text, name


def test_an_address_is_worked_out_once(tmp_path, settings, monkeypatch):
    """The name of a file does not change while a process runs."""
    settings.DEBUG = False
    storage = WholeSheetsStorage(location=tmp_path, base_url="/static/")
    storage.hashed_files = {"css/app.css": "css/app.1234.css"}
    assert storage.url("css/app.css") == "/static/css/app.1234.css"
    storage.hashed_files = {}
    assert storage.url("css/app.css") == "/static/css/app.1234.css"
