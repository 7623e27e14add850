"""Every text of a page is given to translators: nothing speaks English only."""

from pathlib import Path

import pytest

from tests.contracts.marked import unmarked, unmarked_in_script

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SCRIPTS = ROOT / "static" / "js"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("<p>Nothing is left.</p>", ["Nothing is left."]),
        ('<p title="Close it">{{ name }}</p>', ["Close it"]),
        ("<p>{{ n }} item{{ n|pluralize }}</p>", ["0 item0", "n|pluralize"]),
        ('{% include "x.html" with title="No item" icon="plus" only %}', ['title="No item"']),
        ("""<p>{{ name|default:"Nobody here" }}</p>""", ['"Nobody here"']),
        ('<p>{% translate "Done" %} · {{ name }} <code>seed</code> API</p>', []),
        ("{% blocktranslate count n=n %}{{ n }} item{% plural %}items{% endblocktranslate %}", []),
        ('{% include "x.html" with title=_("No item") icon="plus" only %}', []),
    ],
)
def test_what_counts_as_a_text_for_english_readers_only(source: str, texts: list[str]):
    assert unmarked(source) == texts


def test_every_template_gives_its_texts_to_translators():
    found = {
        str(path.relative_to(TEMPLATES)): texts
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (texts := unmarked(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ('say("Nothing was saved.");', ['"Nothing was saved."']),
        ("say(`saved ${time}`);", ["`saved ${time}`"]),
        ('say(gettext("saved {time}", { time }));', []),
        ('ngettext("{n} criterion", "{n} criteria", count)', []),
        ('find(".levels input:checked"); // a comment with words', []),
    ],
)
def test_what_counts_as_a_text_of_a_script(source: str, texts: list[str]):
    assert unmarked_in_script(source) == texts


def test_every_script_gives_its_texts_to_translators():
    found = {
        str(path.relative_to(SCRIPTS)): texts
        for path in sorted(SCRIPTS.rglob("*.js"))
        if (texts := unmarked_in_script(path.read_text()))
    }
    assert found == {}
