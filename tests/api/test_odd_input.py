"""Bodies that broke others: each is refused with a sentence, at every address that takes one."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import GRADER
from tests.api.test_ladder import TABLE, filled

pytestmark = pytest.mark.usefixtures("stage")

WRITES = [row for row in TABLE if row[1] in ("POST", "PUT")]
# Whoever the address lets in.
WRITERS = {"seats": "ana", "claim": "ana", "answers/<": "ana", "/answer/": "ana"}
NOT_JSON = {
    "100,000 brackets": b"[" * 100_000,
    "deep but closed": b'{"a":' * 100 + b"1" + b"}" * 100,
    "half a surrogate pair": rb'{"title": "\ud800"}',
    "NUL": rb'{"title": "a\u0000b"}',
    "raw NUL": b'{"title": "a\0b"}',
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"overlap": -Infinity}',
    "beyond a float": b'{"overlap": 1e400}',
    "5,000 digits": b'{"overlap": ' + b"9" * 5000 + b"}",
    "a key twice": b'{"title": "a", "title": "b"}',
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "Latin-1": '{"title": "ä"}'.encode("latin-1"),
    "nothing of JSON": b"title=a",
    "something after the end": b"{} {}",
}
NOT_AN_OBJECT = {"a list": b"[]", "null": b"null", "a number": b"1", "a text": b'"a"'}
HOSTILE_KEYS = ("__proto__", "constructor", "__class__", "id", "pk", "created_by", "project_id")


@pytest.fixture
def send(world, carol, ana, script):
    """Send a body to an address as somebody whom it lets in."""
    asking = {"carol": script(carol), "ana": script(ana)}

    def send(row, body, **kwargs):
        address, method = row[0], row[1]
        name = next((WRITERS[part] for part in WRITERS if part in address), "carol")
        return asking[name].ask(method, filled(address, world), body, **kwargs)

    return send


def test_text_that_is_no_json_is_refused(send):
    for row in WRITES:
        for name, body in NOT_JSON.items():
            answer = send(row, body)
            assert answer.status_code == 400, (row, name, answer.content)
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["title"]


def test_json_that_is_no_object_is_refused(send):
    for row in WRITES:
        for name, body in NOT_AN_OBJECT.items():
            assert send(row, body).status_code in (400, 422), (row, name)


def test_keys_that_mean_nothing_are_refused_by_name(send):
    for row in WRITES:
        # A grader is kept as it is sent; what its kind does not read is data.
        for key in () if row[2] is GRADER else HOSTILE_KEYS:
            answer = send(row, json.dumps({**row[2], key: 1}))
            assert answer.status_code in (400, 422), (row, key, answer.content)
            assert key in answer.content.decode()


def test_other_languages_than_json_are_not_spoken(send):
    for row in WRITES:
        for kind in ("text/xml", "application/x-www-form-urlencoded", "application/yaml"):
            answer = send(row, "a=1", content_type=kind)
            assert answer.status_code == 415, (row, kind)
            assert answer.headers["Content-Type"] == "application/problem+json"


def test_large_bodies_are_read_or_refused_in_words(send):
    for row in WRITES:
        three = json.dumps({**row[2], "nothing": "a" * 3_000_000})
        assert send(row, three).status_code in (400, 422), row
        six = json.dumps({**row[2], "nothing": "a" * 6_000_000})
        answer = send(row, six)
        assert answer.status_code == 413, row
        assert "files" in answer.json()["title"]


def test_ids_that_no_column_holds_lead_to_404(world, carol, ana, script):
    asking = [script(one) for one in (carol, ana)]
    for address, method, body, _ in TABLE:
        for number in (0, 2**31, 2**63, 10**30) if "<int:" in address else ():
            path = address.replace("<int:pk>", str(number)).replace("<int:number>", str(number))
            answers = [one.ask(method, filled(path, world), body) for one in asking]
            assert answers[0].status_code == 404, (address, number, answers[0].content)
            assert answers[1].status_code in (403, 404), (address, number, answers[1].content)
