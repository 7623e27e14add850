"""One request brings the whole style sheet, and scripts go out without what only readers need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.storage import FileSystemStorage

from rubricstudio.statics import WHOLE, WholeSheetsStorage, sent, whole

SHEETS = {
    "css/app.css": '/* the order */\n@layer base, parts;\n\n@import url("base.css");\n'
    '@import url("parts/card.css");\n',
    "css/base.css": "@layer base {\n  /* the type */\n"
    '  @font-face { src: url("../fonts/a.woff2"); }\n}\n',
    "css/parts/card.css": '@layer parts { .card { background: url("dots.svg"), url("data:x") } }\n',
    "css/parts/dots.svg": "<svg/>",
    "fonts/a.woff2": "font",
    "js/desk.js": (
        '// Opens.\nimport { go } from "./desk/go.js";\nimport { say } from "./words.js";\n'
        "go(`a  ${say}`);\n"
    ),
    "js/desk/go.js": "/*! Licence */\nexport const go = (text) => alert(text);\n",
    "js/words.js": "// Words.\nexport const say = 1;\n",
    "vendor/set.js": "// Theirs.\nvar a  =  1;\n",
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
    sheet = (out / storage.stored_name("css/app.css")).read_text()
    assert "@import" not in sheet
    assert re.search(r'url\("?\.\./fonts/a\.[0-9a-f]{12}\.woff2"?\)', sheet)
    assert re.search(r'url\("?parts/dots\.[0-9a-f]{12}\.svg"?\)', sheet)


def test_our_scripts_go_out_small_and_those_of_others_as_they_are(sources):
    found = sent(sources)
    assert "vendor/set.js" not in found
    assert found["js/words.js"] == "export const say=1"
    assert found["js/desk/go.js"] == "/*! Licence */export const go=e=>alert(e)"
    desk = found["js/desk.js"]
    assert "import" not in desk
    assert "/*! Licence */" in desk
    assert re.search(r"`a  \$\{\w+\}`", desk)
    assert "desk/go.js" not in desk
    assert "Opens" not in desk


def test_a_script_that_does_not_hold_together_stops_the_collecting(sources, tmp_path):
    (tmp_path / "sources/js/desk/go.js").write_text("export const go = ;\n")
    with pytest.raises(ValueError, match="unexpected ;"):
        sent(sources)


def test_ours_is_whole_and_loses_no_rule():
    found = {}
    for finder in get_finders():
        for path, storage in finder.list([]):
            found.setdefault(path, (storage, path))
    text = "".join(whole(name, found) for name in WHOLE)
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
