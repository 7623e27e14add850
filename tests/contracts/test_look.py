"""What every page relies on: a strict content policy, known icons, honest vendored files."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest
from django.template import Context, Template

from rubricstudio.statics import JOINED, WHOLE

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# One response, several of one item, several of different items: pages without the studio's styles.
DESK = ("labeling/seat.html", "labeling/seat_grid.html", "labeling/sitting.html")
# The button of the colours changes its icon by script.
SCHEMES = {"sun", "moon"}
ICON = re.compile(r'(?:icon\.html" with name|\sicon)="([a-z0-9-]+)"')
PART = re.compile(r'\{% (?:include|extends) "([^"]+)"')
SCRIPT = re.compile(r"<script[^>]* src=\"\{% static '([^']+)' %\}")
STUDIO = re.compile(r"\{% block studio %\}.*?\{% endblock %\}")
FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "an inline event handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "an htmx event handler": re.compile(r"\shx-on[:-]"),
    "a style element": re.compile(r"<style[\s>]"),
    "a script without src": re.compile(r"<script(?![^>]*\ssrc=)"),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_works_under_the_content_policy(template):
    text = template.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(text)] == []


def _drawn(sprite: str) -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "vendor/lucide" / sprite).read_text()))


def _with_parts(*pages: str) -> set[Path]:
    """The templates of these names with all that they extend and include."""
    found, waiting = set(), [ROOT / "templates" / page for page in pages]
    while waiting:
        template = waiting.pop()
        if template not in found:
            found.add(template)
            parts = PART.findall(template.read_text())
            waiting += [ROOT / "templates" / part.partition("#")[0] for part in parts]
    return found


def test_every_icon_named_by_a_template_is_in_one_sprite():
    desk, others = _drawn("desk.svg"), _drawn("icons.svg")
    used = {name for template in TEMPLATES for name in ICON.findall(template.read_text())}
    assert used
    assert used - desk - others == set()
    assert desk & others == set()


def test_what_the_desk_shows_stands_in_its_own_sprite():
    """Icons are a part of its first load: an icon from elsewhere would bring all of them."""
    shown = {name for part in _with_parts(*DESK) for name in ICON.findall(part.read_text())}
    assert shown | SCHEMES == _drawn("desk.svg")
    icon = Template("{% load icons %}{% icon_address name %}").render
    assert icon(Context({"name": "moon"})) == "/static/vendor/lucide/desk.svg#moon"
    assert icon(Context({"name": "download"})) == "/static/vendor/lucide/icons.svg#download"


def test_an_address_written_out_leads_to_the_sprite_that_has_the_icon():
    written = re.compile(r"(?:vendor/lucide/desk\.svg' %\}|\{\{ (icons) \}\})#([a-z0-9-]+)")
    found = [one for template in TEMPLATES for one in written.findall(template.read_text())]
    assert {name for sprite, name in found if not sprite} <= _drawn("desk.svg")
    assert {name for sprite, name in found if sprite} <= _drawn("icons.svg")
    assert len(found) > 5


def test_every_stylesheet_is_imported_once():
    css = STATIC / "css"
    roots = {Path(name).name for name in WHOLE}
    text = "".join((css / name).read_text() for name in roots)
    imported = re.findall(r'@import url\("([^"]+)"\)', text)
    written = {str(path.relative_to(css)) for path in css.rglob("*.css")} - roots
    assert sorted(imported) == sorted(written)


def test_the_pages_of_the_desk_load_their_own_styles_and_others_those_of_the_studio():
    """What one response needs stands in app.css; for several at once there is one sheet more."""
    assert [_sheets(page) for page in DESK] == [
        ["css/app.css"],
        ["css/app.css", "css/several.css"],
        ["css/app.css", "css/several.css"],
    ]
    assert _sheets("labeling/seat_submitted.html") == ["css/app.css", "css/studio.css"]
    assert _sheets("errors/error.html") == ["css/app.css"]


def _sheets(page: str) -> list[str]:
    """The style sheets of a page in their order; its own block stands for that of base.html."""
    text = (ROOT / "templates" / page).read_text()
    own = re.search(r"\{% block studio %\}(.*?)\{% endblock %\}", text)
    if "base.html" in text:
        base = (ROOT / "templates/base.html").read_text()
        text = STUDIO.sub(own[0], base) if own else base
    return re.findall(r'rel="stylesheet" href="\{% static \'([^\']+)', text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_joined_script_brings_what_every_page_runs_and_others_leave_that_to_the_base(template):
    """Twice on a page it would count a log-out twice; not at all, keep nothing valid."""
    scripts = SCRIPT.findall(template.read_text())
    has_within = bool(set(scripts) & set(JOINED))
    blank = "{% block site_scripts %}{% endblock %}" in template.read_text()
    assert has_within == blank
    if has_within:
        assert [name for name in scripts if name != "js/formulas.js"] == [scripts[-1]]
        assert "import" not in (STATIC / "js/formulas.js").read_text().partition("await import(")[0]


@pytest.mark.parametrize("page", [*DESK, "errors/error.html"])
def test_what_a_page_of_the_desk_shows_is_styled_by_what_it_loads(page):
    """A class that only another sheet knows would be without its styles here."""
    loaded = {name for sheet in _sheets(page) for name in _classes(sheet)}
    elsewhere = {name for sheet in WHOLE for name in _classes(sheet)} - loaded
    shown = {
        name
        for part in _with_parts(page)
        for names in re.findall(r'class="([^"{}]+)', part.read_text())
        for name in names.split()
    }
    assert len(shown) > 3
    assert shown & elsewhere == set()


def _classes(sheet: str) -> set[str]:
    """The classes that a sheet with all its parts has rules for."""
    css = STATIC / "css"
    parts = re.findall(r'@import url\("([^"]+)"\)', (STATIC / sheet).read_text())
    rules = "".join((css / part).read_text() for part in parts)
    return set(re.findall(r"\.([a-z][a-z-]+)(?=[^{}]*\{)", rules))


def test_vendored_files_are_what_their_list_says():
    vendor = STATIC / "vendor"
    listed = tomllib.loads((vendor / "VENDOR.toml").read_text())["vendored"]
    for entry in listed:
        content = (vendor / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["file"]
        assert (vendor / entry["licence_file"]).is_file()
    files = {str(path.relative_to(vendor)) for path in vendor.rglob("*") if path.is_file()}
    known = {entry["file"] for entry in listed} | {entry["licence_file"] for entry in listed}
    assert files - known == {"VENDOR.toml"}
