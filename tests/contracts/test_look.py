"""What every page relies on: a strict content policy, known icons, honest vendored files."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
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


def test_every_icon_named_by_a_template_is_in_the_sprite():
    sprite = (STATIC / "vendor/lucide/icons.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = re.compile(r'(?:icon\.html" with name|\sicon)="([a-z0-9-]+)"')
    used = {name for template in TEMPLATES for name in named.findall(template.read_text())}
    assert used
    assert used - drawn == set()


def test_every_stylesheet_is_imported_once():
    css = STATIC / "css"
    roots = ("app.css", "studio.css")
    text = "".join((css / name).read_text() for name in roots)
    imported = re.findall(r'@import url\("([^"]+)"\)', text)
    written = {str(path.relative_to(css)) for path in css.rglob("*.css")} - set(roots)
    assert sorted(imported) == sorted(written)


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
