"""Experts at their desks over HTTP: each submits and gets the next response, as fast as told to."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from uuid import uuid4

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass
class Measured:
    """What became of the requests of all raters in a window of time."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    acknowledged: int = 0


@dataclass
class Expert:
    """One logged-in person with one connection."""

    port: int
    cookie: str
    batch: int
    version: int
    answers: dict[str, object]
    seat: str = ""
    ended: bool = False

    async def connect(self) -> None:
        """Open the connection and take the first seat."""
        self.token = secrets.token_hex(16)
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        form = f"csrfmiddlewaretoken={self.token}"
        status, head, _ = await self.ask("POST", f"/desk/{self.batch}/", form.encode(), FORM)
        if status == 200:
            self.ended = True
            return
        if status != 302:
            raise AssertionError(f"the desk answers {status}")
        self.seat = _header(head, b"location").decode()

    async def submit(self) -> None:
        """Send the answers and go on to the next response."""
        body = {
            "answers": self.answers,
            "submission_id": str(uuid4()),
            "version": self.version,
            "active_ms": 1000,
            "inline": True,
        }
        address = f"{self.seat.partition('?')[0]}submit"
        status, _, answer = await self.ask("POST", address, json.dumps(body).encode(), JSON)
        if status != 200:
            raise AssertionError(f"a submit is answered by {status}: {answer[:300]!r}")
        self.seat = _text(answer, b'"next": "')
        self.ended = b'"page": "' not in answer

    async def ask(
        self, method: str, address: str, body: bytes = b"", kind: str = JSON
    ) -> tuple[int, bytes, bytes]:
        """Status, head and body of one request."""
        head = (
            f"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept: {JSON}\r\n"
            f"Cookie: {self.cookie}; csrftoken={self.token}\r\nX-CSRFToken: {self.token}\r\n"
            f"Accept-Encoding: gzip\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        received = await self.reader.readuntil(b"\r\n\r\n")
        length = int(_header(received, b"content-length"))
        answer = await self.reader.readexactly(length) if length else b""
        if b"content-encoding: gzip" in received.lower():
            import gzip

            self.wire = len(answer)
            answer = gzip.decompress(answer)
        else:
            self.wire = len(answer)
        return int(received[9:12]), received, answer


async def rate(experts: list[Expert], seconds: float, *, think: float = 0.0) -> Measured:
    """All experts at once for so long; each thinks so many seconds before a submit."""
    await asyncio.gather(*(one.connect() for one in experts if not one.seat and not one.ended))
    measured, draw = Measured(), random.Random(3)
    began = last = time.perf_counter()
    until = began + seconds

    async def work(one: Expert) -> None:
        nonlocal last
        if think:
            await asyncio.sleep(draw.random() * think)
        while not one.ended and time.perf_counter() < until:
            started = time.perf_counter()
            await one.submit()
            measured.took.append(time.perf_counter() - started)
            measured.acknowledged += 1
            last = time.perf_counter()
            if think:
                await asyncio.sleep(think)

    await asyncio.gather(*(work(one) for one in experts))
    # Up to the last answer: whoever thinks after it sends nothing more.
    measured.seconds = last - began
    return measured


def _header(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n"):
        key, _, value = line.partition(b":")
        if key.lower() == name:
            return value.strip()
    return b"0"


def _text(answer: bytes, before: bytes) -> str:
    start = answer.index(before) + len(before)
    return answer[start : answer.index(b'"', start)].decode()
