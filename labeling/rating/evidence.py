"""Evidence: passages of the response, in its own words, with their place where it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Self

from django.utils.translation import gettext

from labeling import showing
from labeling.errors import Problem
from labeling.formats.messages import text_of
from labeling.models import Response
from labeling.spec.fields import kind_of, text_fault
from labeling.turns import pretty

MAX_QUOTES = 100
# Of all criteria of one submission.
MAX_PASSAGES = 500
MAX_QUOTE = 20_000
PLACE = ("turn", "start", "end")
MOST = 100_000_000

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage on one line. `turn` is the message's place in the whole conversation, from 0.

    `start` and `end` count the characters of the turn as the page shows it, white space left out.
    """

    text: str
    turn: int | None = None
    start: int = 0
    end: int = 0

    @property
    def json(self) -> str | dict[str, Any]:
        """As it is kept: the bare text without a place."""
        if self.turn is None:
            return self.text
        return {"quote": self.text, "turn": self.turn, "start": self.start, "end": self.end}


def evidence_problem(key: str, sent: Mapping[str, object]) -> Problem | None:
    """Why the evidence for a criterion cannot be kept, None when it can."""
    where, said = f"{key}.evidence", sent.get("evidence")
    if said is None or isinstance(said, str):
        return _text_problem(where, said or "")
    if not isinstance(said, list | tuple):
        return Problem(
            where, gettext("must be a list of texts, not %(said)s") % {"said": kind_of(said)}
        )
    if len(said) > MAX_QUOTES:
        return Problem(
            where,
            gettext("has %(said)s passages, at most %(max_quotes)s are kept")
            % {"said": len(said), "max_quotes": MAX_QUOTES},
        )
    return next(filter(None, (_quote_problem(where, one) for one in said)), None)


def quotes(said: object) -> tuple[Quote, ...]:
    """Passages of the response, each on one line, blank ones left out, the same one once."""
    given = said if isinstance(said, list | tuple) else str(said or "").split("\n")
    return tuple(dict.fromkeys(quote for one in given if (quote := _quote(one)).text))


def with_places(answer: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """An answer whose quotes are bare lines, with the places that are kept of the same words."""
    said = answer.get("evidence")
    known = {one.text: one for one in quotes(kept.get("evidence")) if one.turn is not None}
    if not known or not isinstance(said, str):
        return dict(answer)
    return {**answer, "evidence": [known.get(one.text, one).json for one in quotes(said)]}


def text_in(kept: object) -> str:
    """The words of a passage as it is kept, with or without its place."""
    return str(kept.get("quote", "")) if isinstance(kept, Mapping) else str(kept)


class Passages:
    """A response that is quoted from: each message is read once, as far as the quotes need it."""

    def __init__(self, response: Response) -> None:
        self._asked = len(response.item.messages)
        self._turns = [_Turn(message) for message in response.messages or []]
        self._known: dict[Quote, str | None] = {}

    @classmethod
    def quoted(cls, response: Response, raw: object) -> Self:
        """With what a submission quotes looked up: that is costly, so it is done before any lock.

        Whatever else is wrong with the submission is told by those who read it.
        """
        passages = cls(response)
        said = raw.values() if isinstance(raw, Mapping) else ()
        answers = [one for one in said if isinstance(one, Mapping) and one.get("evidence")]
        if not any(evidence_problem("", one) for one in answers):
            passages.faults([("", quotes(one["evidence"])) for one in answers])
        return passages

    def fault_of(self, quote: Quote) -> str | None:
        """Why this is no passage of the response, None when it is one.

        White space does not count, and a passage may be quoted as the page shows it or as it was
        written: with or without the signs of Markdown.
        """
        if quote not in self._known:
            self._known[quote] = self._look(quote)
        return self._known[quote]

    def faults(self, given: Sequence[tuple[str, Sequence[Quote]]]) -> list[Problem]:
        """Quotes that are not of the response, by criterion key."""
        if (count := sum(len(ones) for _, ones in given)) > MAX_PASSAGES:
            text = gettext(
                "has %(count)s passages with those of the other criteria, at most "
                "%(max_passages)s are kept"
            ) % {"count": count, "max_passages": MAX_PASSAGES}
            return [Problem(f"{given[-1][0]}.evidence", text)]
        return [
            Problem(f"{key}.evidence", fault)
            for key, ones in given
            for one in ones
            if (fault := self.fault_of(one))
        ]

    def _look(self, quote: Quote) -> str | None:
        turns, where = self._turns, gettext("the response")
        if quote.turn is not None:
            where = gettext("turn %(number)s") % {"number": quote.turn + 1}
            if not 0 <= (place := quote.turn - self._asked) < len(turns):
                return gettext(
                    "“%(text)s” is quoted from %(where)s, which is no part of the response"
                ) % {"text": _short(quote.text), "where": where}
            turns = turns[place : place + 1]
        words = _squeezed(quote.text)
        if any(turn.says(words) for turn in turns):
            return None
        return gettext("“%(text)s” does not occur in %(where)s: quote its own words") % {
            "text": _short(quote.text),
            "where": where,
        }


class _Turn:
    """The texts of one message without white space, the costly ones only when they are needed."""

    def __init__(self, message: Mapping[str, Any]) -> None:
        self._read: list[str] = []
        self._rest = (_squeezed(text) for text in _texts(message))

    def says(self, words: str) -> bool:
        return any(words in text for text in self._all())

    def _all(self) -> Iterator[str]:
        yield from self._read
        for text in self._rest:
            self._read.append(text)
            yield text


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    """What a message says, as written and as shown; the costly readings last."""
    written = text_of(message.get("content"))
    yield written
    for call in message.get("tool_calls") or []:
        yield from _call_texts(call)
    yield _visible(showing.plain(written))
    if html := showing.rich(written):
        yield _visible(html)
    if tree := showing.tree(showing.read_json(written)):
        yield _visible(tree)


def _call_texts(call: Mapping[str, Any]) -> Iterator[str]:
    function = call.get("function")
    named = function if isinstance(function, Mapping) else call
    arguments = named.get("arguments", {})
    yield str(named.get("name", ""))
    read = showing.read_json(arguments) if isinstance(arguments, str) else arguments
    yield arguments if isinstance(arguments, str) else pretty(arguments)
    if read is not None:
        yield pretty(read)
    if tree := showing.tree(read):
        yield _visible(tree)


def _visible(html: str) -> str:
    return unescape(_TAG.sub("", html))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _quote(one: object) -> Quote:
    text = " ".join(text_in(one).split())
    if not isinstance(one, Mapping) or one.get("turn") is None:
        return Quote(text)
    return Quote(text, one["turn"], one["start"], one["end"])


def _quote_problem(where: str, one: object) -> Problem | None:
    if not isinstance(one, Mapping):
        return _text_problem(where, one)
    if extra := sorted(map(str, set(one) - {"quote", *PLACE})):
        return Problem(where, gettext("has the unknown field %(value)s") % {"value": extra[0][:63]})
    if problem := _text_problem(where, one.get("quote")):
        return problem
    place = [one.get(name) for name in PLACE]
    if place == [None, None, None]:
        return None
    if not all(_is_whole(number) for number in place) or not one["start"] < one["end"]:
        message = gettext(
            "a place needs turn, start and end: whole numbers, the end behind the start"
        )
        return Problem(where, message)
    return None


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < MOST


def _text_problem(where: str, text: object) -> Problem | None:
    if not isinstance(text, str):
        return Problem(where, gettext("must be a text, not %(text)s") % {"text": kind_of(text)})
    fault = text_fault(text, MAX_QUOTE)
    return Problem(where, fault) if fault else None
