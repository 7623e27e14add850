"""What `makemessages` gives to translators, from a copy of the source."""

from __future__ import annotations

import gettext
import shutil
import subprocess
from contextlib import chdir
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import django
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("rubricstudio", "labeling", "evals", "templates", "static/js")
IS_THERE = all(shutil.which(one) for one in ("xgettext", "msginit", "msgfmt"))


@dataclass(frozen=True, slots=True)
class Extracted:
    """The messages of one domain, plural forms too, and what was said of the sources."""

    messages: set[str]
    said: str


def extracted(folder: Path, domain: str) -> Extracted:
    """Runs GNU gettext over a copy in the folder: beside templates it writes files of its own."""
    if not (folder / "labeling").exists():
        for name in SOURCES:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
    out, locale = StringIO(), folder / "locale"
    with chdir(folder), override_settings(LOCALE_PATHS=[locale]):
        call_command("makemessages", all=True, domain=domain, keep_pot=True, stdout=out)
    return Extracted(_messages(locale / f"{domain}.pot"), out.getvalue())


def of_django() -> set[str]:
    """What Django says itself."""
    folder = Path(django.__file__).parent
    catalogues = folder.glob("**/locale/en/LC_MESSAGES/django.po")
    return set().union(*(_messages(one) for one in catalogues))


def _messages(template: Path) -> set[str]:
    """Of a catalogue in English, which gettext itself has made and checked."""
    started = ["msginit", "--no-translator", "--locale=en", f"--input={template}", "--output=-"]
    english = subprocess.run(started, check=True, capture_output=True).stdout
    checked = ["msgfmt", "--check-format", "--output-file=-", "-"]
    compiled = subprocess.run(checked, check=True, capture_output=True, input=english).stdout
    # The library looks messages up, but lists them nowhere else.
    catalogue = gettext.GNUTranslations(BytesIO(compiled))._catalog  # type: ignore[attr-defined]
    return {key if isinstance(key, str) else key[0] for key in catalogue} | set(catalogue.values())
