"""How much of a conversation a page shows at once, and how the rest follows."""

from labeling.showing import expected_calls
from labeling.turns import (
    CUT,
    HEAD,
    LEAST,
    MORE,
    PAGE,
    TAIL,
    Gap,
    Reading,
    between,
    conversation,
    missing_calls,
    rest_of,
    turns,
)


def talk(count: int) -> list[dict]:
    return [{"role": "user", "content": f"turn {at}"} for at in range(count)]


def test_a_short_conversation_is_whole():
    shown = conversation(talk(40), Reading(), judged=True)
    assert len(shown) == 40
    assert shown[-1]["judged"]


def test_a_long_conversation_has_its_ends_and_a_gap():
    shown = conversation(talk(500), Reading(), judged=True)
    assert [turn["at"] for turn in shown[:HEAD]] == list(range(HEAD))
    assert shown[HEAD] == Gap(HEAD, 500 - HEAD - TAIL)
    assert shown[-1]["at"] == 499
    assert shown[-1]["judged"]


def test_the_gap_fills_turn_by_turn_until_nothing_is_left():
    messages = talk(500)
    seen, gap = [], Gap(HEAD, 0)
    while gap:
        part = between(messages, gap.start, Reading())
        gap = part.pop() if isinstance(part[-1], Gap) else None
        assert len(part) <= MORE
        seen += [turn["at"] for turn in part]
    assert seen == list(range(HEAD, 500 - TAIL))


def test_a_start_beyond_the_gap_gives_nothing():
    assert between(talk(50), 49, Reading()) == []


def test_a_long_text_is_cut_and_read_on():
    message = {"role": "assistant", "content": "x" * 150_000}
    (turn,) = turns([message])
    assert (turn["shown"], turn["whole"]) == (CUT, 150_000)
    text, end, whole = rest_of(message, CUT)
    assert (len(text), end, whole) == (CUT, 2 * CUT, 150_000)
    assert rest_of(message, end)[1] == 150_000


def test_a_page_is_bounded_however_long_its_texts_are():
    shown = turns([{"role": "user", "content": "x" * 100_000} for _ in range(40)])
    assert sum(turn["shown"] for turn in shown) <= PAGE + 40 * LEAST
    # What is judged stands last and is cut last.
    assert shown[-1]["shown"] == CUT


def test_calls_are_shown_beside_what_was_expected():
    call = {"function": {"name": "book", "arguments": '{"seat": 2}'}}
    messages = [{"role": "assistant", "content": None, "tool_calls": [call]}]
    wanted = [{"name": "book", "arguments": {"seat": 1}}, {"name": "pay", "arguments": {}}]
    reading = Reading(expected=expected_calls(wanted))
    missing = missing_calls(messages, reading)
    assert [one.name for one in missing] == ["pay"]
    (turn,) = turns(messages, reading=reading)
    (difference,) = turn["tool_calls"][0]["compared"].differences
    assert (difference.given, difference.expected) == ("2", "1")


def test_pictures_elsewhere_are_named_only():
    parts = [
        {"type": "text", "text": "See: "},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}},
        {"type": "input_audio", "input_audio": {}},
    ]
    (turn,) = turns([{"role": "user", "content": parts}])
    assert [bool(image["src"]) for image in turn["images"]] == [False, True, False]


def test_text_to_the_letter_is_not_set():
    (turn,) = turns([{"role": "user", "content": "*x*"}], reading=Reading(plain=True))
    assert (turn["html"], turn["is_rich"]) == ("*x*", False)


def test_thanks_at_the_end_of_a_recorded_conversation_are_not_what_is_judged():
    said = [("user", "Hi"), ("assistant", "Done."), ("user", "Thanks ###STOP###")]
    shown = list(turns([{"role": role, "content": text} for role, text in said], judged=True))
    assert [turn.get("judged", False) for turn in shown] == [False, True, False]


def test_without_an_assistant_the_last_turn_is_judged():
    shown = list(turns([{"role": "tool", "content": "5"}] * 2, judged=True))
    assert [turn.get("judged", False) for turn in shown] == [False, True]
