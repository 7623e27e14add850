"""Lines of JSONL: where they end, how they are numbered, what a bad one looks like."""

from io import BytesIO

from labeling.errors import Problem
from labeling.strict_json import iter_lines, iter_values


def lines(data: bytes, limit: int = 100) -> list[tuple[int, bytes | Problem]]:
    return list(iter_lines(BytesIO(data), max_line_bytes=limit))


def test_only_a_line_feed_ends_a_line():
    data = '"a\u2028b"\n"c\u0085d"\n'.encode() + b'"e\x0bf"\r\n"g\rh"'
    assert [number for number, _ in lines(data)] == [1, 2, 3, 4]
    assert lines(data)[2:] == [(3, b'"e\x0bf"'), (4, b'"g\rh"')]


def test_blank_lines_are_skipped_but_counted():
    assert lines(b"1\n\n \t\r\n2\r\n") == [(1, b"1"), (4, b"2")]


def test_last_line_needs_no_line_feed():
    assert lines(b"1\n2") == [(1, b"1"), (2, b"2")]
    assert lines(b"") == []


def test_byte_order_mark_only_at_the_beginning():
    assert lines(b"\xef\xbb\xbf1\n\xef\xbb\xbf2\n3") == [
        (1, b"1"),
        (2, Problem("line 2", "a byte order mark inside the file")),
        (3, b"3"),
    ]


def test_line_at_the_limit_passes_and_one_over_it_is_named():
    too_long = "is longer than 10 bytes"
    assert lines(b"x" * 10 + b"\r\n" + b"y" * 11 + b"\nz", limit=10) == [
        (1, b"x" * 10),
        (2, Problem("line 2", too_long)),
        (3, b"z"),
    ]
    assert lines(b"\xef\xbb\xbf" + b"x" * 10 + b"\r\n", limit=10) == [(1, b"x" * 10)]
    assert lines(b"x" * 11, limit=10) == [(1, Problem("line 1", too_long))]
    for length in range(11, 50):
        found = lines(b"x" * length + b"\n1\n", limit=10)
        assert found == [(1, Problem("line 1", too_long)), (2, b"1")], length


class CountingStream(BytesIO):
    longest = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        chunk = super().readline(size)
        self.longest = max(self.longest, len(chunk))
        return chunk


def test_a_huge_line_is_never_held_whole():
    stream = CountingStream(b"x" * 1_000_000 + b"\n1\n")
    found = list(iter_lines(stream, max_line_bytes=1000))
    assert [number for number, _ in found] == [1, 2]
    assert stream.longest <= 1005


def test_values_and_problems_come_with_their_line_and_column():
    data = b'{"a": 1}\n{"a": }\n{"a": 1, "a": 2}\n\n[2]\n' + b'"' + b"x" * 30 + b'"\n'
    assert list(iter_values(BytesIO(data), max_line_bytes=20)) == [
        (1, {"a": 1}),
        (2, Problem("line 2, column 7", "a JSON value was expected")),
        (3, Problem("line 3", "the key `a` stands twice in one object")),
        (5, [2]),
        (6, Problem("line 6", "is longer than 20 bytes")),
    ]
