"""Texts that know their message are said again in whatever language they are read."""

from __future__ import annotations

import json

from labeling.errors import DomainError
from labeling.importing import Fault
from labeling.language import Told, gettext, joined, ngettext, remembering, say
from tests import pseudo


def made_up(text: str) -> str:
    return f"«{pseudo.accented(text)}»"


def heard(text: str) -> str:
    """Kept as JSON, then said in the made-up language."""
    assert isinstance(text, Told)
    kept = json.loads(json.dumps(text.document()))
    with pseudo.spoken():
        return say(kept)


def test_texts_know_their_message_only_where_they_are_to_be_kept():
    assert type(gettext("is empty")) is str
    with remembering():
        text = gettext("is empty")
    assert text == "is empty"
    assert heard(text) == made_up("is empty")
    assert type(gettext("is empty")) is str


def test_what_is_put_in_stays_and_a_text_among_it_is_said_too():
    with remembering():
        text = gettext("must be a text, not %(value)s") % {"value": gettext("a number")}
        error = str(DomainError(text))
    assert text == error == "must be a text, not a number"
    whole = made_up("must be a text, not %(value)s") % {"value": made_up("a number")}
    assert heard(error) == whole


def test_a_plural_is_chosen_by_its_number():
    with remembering():
        texts = [ngettext("%(n)s line", "%(n)s lines", n) % {"n": n} for n in (1, 2)]
    assert texts == ["1 line", "2 lines"]
    assert [heard(text) for text in texts] == [
        made_up("%(n)s line") % {"n": 1},
        made_up("%(n)s lines") % {"n": 2},
    ]


def test_texts_are_joined_by_what_is_a_text_itself():
    assert joined(", ", ["one", "two"]) == "one, two"
    with remembering():
        text = joined(gettext(" or "), ["NA", gettext("none")])
    assert text == "NA or none"
    assert heard(text) == f"NA{made_up(' or ')}{made_up('none')}"
    assert joined(", ", []) == ""


def test_a_fault_of_an_import_is_said_again_and_an_old_one_reads_as_it_was_written():
    told = {"message": {"text": "is empty"}, "field": {"text": "none"}}
    with pseudo.spoken():
        fault = Fault("items", 3, "none", "is empty", told).spoken()
        old = Fault("items", 3, "prompt", "is empty").spoken()
    assert (fault.field, fault.message) == (made_up("none"), made_up("is empty"))
    assert (old.field, old.message) == ("prompt", "is empty")
