"""What rows keep in English is known again, and said in the language of its reader."""

from __future__ import annotations

import pytest

from evals.gaps import sentences
from evals.kept import SENTENCES, in_words
from labeling.kept import Counted, Kept, Sentences
from tests import pseudo

SELECTED = {
    sentences.TIE(): "a tie",
    sentences.TOO_HIGH(mean="0.75", n=2, most="0.5"): (
        "mean reward 0.75 over 2 responses is above 0.5"
    ),
    sentences.TOO_HIGH(mean="1", n=1, most="0.5"): "mean reward 1 over 1 response is above 0.5",
}


@pytest.mark.parametrize(("kept", "english"), SELECTED.items())
def test_an_english_reader_sees_what_is_kept(kept: str, english: str):
    assert kept == english == in_words(kept)


def said(text: str) -> str:
    with pseudo.spoken():
        return in_words(text)


def made_up(text: str) -> str:
    return f"«{pseudo.accented(text)}»"


def test_a_sentence_is_said_with_what_was_put_in():
    told = made_up("the gate %(key)s is not released")
    assert said("the gate polite is not released") == told % {"key": "polite"}


def test_sentences_in_one_text_are_said_each():
    gate = made_up("the gate %(key)s is not released") % {"key": "polite"}
    rated = made_up("ratings are missing on %(criteria)s") % {"criteria": "polite, short"}
    kept = "the gate polite is not released; ratings are missing on polite, short"
    assert said(kept) == f"{gate}; {rated}"


def test_sentences_within_a_list_within_a_sentence_are_said_too():
    kept = (
        "no reward for 2 of 3: case-1/a/0 (a tie on polite), case-2/a/0 (not asked yet under "
        "version 3: `polite`, 1 of 3 on 2 responses, `short`, 0 to 2 of 3 on 2 responses)"
    )
    heard = said(kept)
    assert kept == in_words(kept)
    left = heard.translate(str.maketrans("", "", "«»"))
    # Ids and keys stay; no word of ours does.
    for word in ("reward", "tie", "asked", "version", "responses", " of "):
        assert word not in left
    for name in ("case-1/a/0", "case-2/a/0", "polite", "`short`", "2", "3"):
        assert name in left


def test_what_is_of_another_making_stays_as_it_is():
    assert said("a text of somebody; a tie-break") == "a text of somebody; a tie-break"
    # A value must be a sentence of the table where one is expected.
    assert said("case-1 (whatever)") == "case-1 (whatever)"


def test_a_number_decides_the_form_and_keeps_its_commas():
    few = Counted("%(n)s item waits", "%(n)s items wait")
    table = Sentences(type("Table", (), {"few": few}))
    assert (few(n=1), few(n="1,234")) == ("1 item waits", "1,234 items wait")
    with pseudo.spoken():
        assert table.in_words("1 item waits") == made_up("%(n)s item waits") % {"n": 1}
        assert table.in_words("1,234 items wait") == made_up("%(n)s items wait") % {"n": "1,234"}


def test_percent_signs_and_patterns_are_plain_text():
    share = Kept("95 %% of (all) hold %(what)s.*")
    table = Sentences(type("Table", (), {"share": share}))
    assert share(what="it") == "95 % of (all) hold it.*"
    with pseudo.spoken():
        assert table.in_words("95 % of (all) hold it.*") != "95 % of (all) hold it.*"
        assert table.in_words("95 % of (all) hold it.+") == "95 % of (all) hold it.+"


@pytest.mark.parametrize("form", SENTENCES.forms, ids=lambda form: form.text[:40])
def test_every_sentence_is_known_again(form):
    """Each with numbers in its values, or with a sentence where one is held."""
    values = {name: "a tie" if name in form.kept.held else "7" for name in form.names}
    kept = form.text % values
    heard = said(kept)
    plain = [part for part in form.literals if len(part) > 3]
    assert in_words(kept) == kept
    assert all(part not in heard for part in plain)
