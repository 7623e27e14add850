"""Evidence is what the response says, found again at its place."""

from __future__ import annotations

import pytest

from labeling import showing
from labeling.models import Item, Response
from labeling.rating.evidence import Passages, Quote, evidence_problem, quotes

PROMPT = [{"role": "user", "content": "May I send it back?"}]
CALL = {
    "id": "c1",
    "type": "function",
    "function": {"name": "look_up", "arguments": '{"order":"A-1","days":30}'},
}
MESSAGES = [
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "c1", "content": '{"state":"sent","on":"3 May"}'},
    {
        "role": "assistant",
        "content": "Yes, **within 30 days**.\n\n1. Pack it\n2. Send `it` & $x^2$ <back>",
    },
]


def response() -> Response:
    return Response(item=Item(messages=PROMPT), messages=MESSAGES)


@pytest.mark.parametrize(
    "text",
    [
        "within 30 days",
        "**within 30 days**",  # as it was written
        "Yes, within 30 days. Pack it Send it",  # as the page shows it, over its blocks
        "& x^2 <back>",
        "look_up",
        '{"order":"A-1","days":30}',
        '"order": "A-1"',
        "3 May",
        "  Yes,\twithin ",
    ],
)
def test_a_passage_as_written_or_as_shown(text):
    assert Passages(response()).fault_of(Quote(text)) is None


@pytest.mark.parametrize(
    "text", ["within 60 days", "yes, within", "May I send it back?", "Packit!"]
)
def test_other_words_are_none_of_the_response(text):
    found = Passages(response()).fault_of(Quote(text))
    assert found == f"“{text}” does not occur in the response: quote its own words"


def test_a_place_names_a_turn_of_the_response_in_which_the_words_stand():
    assert Passages(response()).fault_of(Quote("Pack it", 3, 20, 26)) is None
    expected = "“Pack it” does not occur in turn 3: quote its own words"
    assert Passages(response()).fault_of(Quote("Pack it", 2, 20, 26)) == expected
    expected = "“send it” is quoted from turn 1, which is no part of the response"
    assert Passages(response()).fault_of(Quote("send it", 0, 4, 10)) == expected
    assert "turn 9" in str(Passages(response()).fault_of(Quote("Pack it", 8, 20, 26)))


def test_a_long_quote_is_told_by_its_beginning():
    found = Passages(response()).fault_of(Quote("x" * 300))
    assert found is not None
    assert f"“{'x' * 79}…”" in found


def test_passages_lie_on_one_line_each_once_with_their_place():
    placed = {"quote": " Pack\nit ", "turn": 3, "start": 20, "end": 26}
    assert quotes(["Yes,\n within", "", placed, "Yes, within"]) == (
        Quote("Yes, within"),
        Quote("Pack it", 3, 20, 26),
    )
    assert [one.json for one in quotes([placed, "Yes"])] == [
        {"quote": "Pack it", "turn": 3, "start": 20, "end": 26},
        "Yes",
    ]
    assert quotes("one\n\n two ") == (Quote("one"), Quote("two"))


@pytest.mark.parametrize(
    ("amiss", "why"),
    [
        ({"quote": "x", "page": 1}, "has the unknown field page"),
        ({"turn": 1, "start": 0, "end": 2}, "must be a text, not nothing"),
        ({"quote": "x", "turn": 1}, "a place needs turn, start and end"),
        ({"quote": "x", "turn": 1, "start": 3, "end": 3}, "a place needs turn, start and end"),
        ({"quote": "x", "turn": -1, "start": 0, "end": 2}, "a place needs turn, start and end"),
        ({"quote": "x", "turn": "1", "start": 0, "end": 2}, "a place needs turn, start and end"),
        ({"quote": "a\0b", "turn": 1, "start": 0, "end": 2}, "NUL"),
        (7, "must be a text, not a number"),
    ],
)
def test_what_is_no_passage_is_told(amiss, why):
    problem = evidence_problem("cites", {"evidence": [amiss]})
    assert problem is not None
    assert problem.where == "cites.evidence"
    assert why in problem.message


def test_a_message_is_read_once_however_much_is_quoted(monkeypatch):
    read: list[str] = []
    plain = showing.plain

    def counted(text: str) -> str:
        read.append(text)
        return plain(text)

    monkeypatch.setattr(showing, "plain", counted)
    quoted = [Quote(f"within {days} days") for days in range(40, 90)]
    passages = Passages(response())
    assert len(passages.faults([("polite", quoted), ("cites_policy", quoted)])) == 100
    # One reading a message: what is said beside the two calls, and the answer.
    assert len(read) == 3


def test_nothing_is_read_that_was_found_as_written(monkeypatch):
    monkeypatch.setattr(showing, "plain", None)
    assert Passages(response()).fault_of(Quote("look_up")) is None


@pytest.mark.parametrize(("count", "said"), [(500, []), (501, ["501"])])
def test_the_passages_of_a_submission_are_bounded(count, said):
    given = [Quote("3 May")] * (count - 100)
    problems = Passages(response()).faults([("polite", given), ("works", [Quote("3 May")] * 100)])
    assert [str(one) for one in problems] == [
        f"works.evidence: has {number} passages with those of the other criteria,"
        " at most 500 are kept"
        for number in said
    ]


def test_what_is_quoted_is_looked_up_before_and_kept(monkeypatch):
    sent = {"polite": {"value": 1, "evidence": "within 30 days\nwithin 60 days"}}
    passages = Passages.quoted(response(), sent)
    monkeypatch.setattr(showing, "plain", None)
    problems = passages.faults([("polite", quotes(sent["polite"]["evidence"]))])
    assert [one.where for one in problems] == ["polite.evidence"]


@pytest.mark.parametrize("sent", [None, [], {"polite": 1}, {"polite": {"evidence": [3]}}])
def test_a_faulty_submission_is_left_to_those_who_read_it(sent):
    Passages.quoted(response(), sent)
