"""A crowd of experts at their desks, each of whom sends every submission five times at once."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import uuid4

from tests.faults.firing import Fire
from tests.faults.running_stack import PATIENCE

TIMES = 5
# Whoever gives up an answer too soon on a slow machine leaves the server with work that nobody
# waits for.
ANSWER = 60
# A page that is told one of these, or nothing at all, keeps the answers and sends them again.
SEND_AGAIN = {0, 502, 503, 504}
# Runs inside `manage shell`: people with sessions as if they had logged in, and a batch.
SETUP = """
import json
from importlib import import_module
from pathlib import Path
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from labeling import assigning
from labeling.importing import load
from labeling.models import Membership, Project, Response, RubricVersion, User
project = Project.objects.create(slug="crowd", title="Crowd")
files = {{kind: Path(path) for kind, path in {files!r}.items()}}
assert load(project, files, by=None).taken
def cookie(name, role):
    person = User.objects.create(username=name)
    Membership.objects.create(project=project, user=person, role=role)
    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(person.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = person.get_session_auth_hash()
    made.save()
    return f"{{settings.SESSION_COOKIE_NAME}}={{made.session_key}}"
cookies = {{f"expert{{n}}": cookie(f"expert{{n}}", "expert") for n in range({people})}}
boss = cookie("crowdboss", "admin")
version = RubricVersion.objects.get(project=project)
few = Response.objects.filter(project=project).order_by("pk").values("pk")[:{responses}]
batch = assigning.open_batch(project, version, "Storm", overlap={overlap}, by=None,
                             responses=Response.objects.filter(pk__in=few))
keys = list(version.criteria.values_list("key", flat=True))
print(json.dumps({{"batch": batch.pk, "version": version.pk, "cookies": cookies, "boss": boss,
                   "keys": keys}}))
"""


@dataclass
class Crowd:
    """The batch they rate in, and the log-ins of everybody."""

    port: int
    batch: int
    version: int
    keys: list[str]
    cookies: dict[str, str]
    boss: str


@dataclass
class Person:
    """One expert: what was sent, what was acknowledged, and what went wrong."""

    crowd: Crowd
    name: str
    sent: set[str] = field(default_factory=set)
    acknowledged: dict[str, int] = field(default_factory=dict)
    sent_again: int = 0

    async def work(self, is_over: Callable[[], bool]) -> None:
        """Claim, judge, send five times at once; and so on until told to stop."""
        while not is_over():
            seat = await self._claimed(is_over)
            while seat and not is_over():
                seat = await self._submitted(seat)

    async def _claimed(self, is_over: Callable[[], bool]) -> str:
        token = secrets.token_hex(16)
        form = f"csrfmiddlewaretoken={token}"
        kind = "application/x-www-form-urlencoded"
        address = f"/desk/{self.crowd.batch}/"
        while not is_over():
            status, head, _ = await ask(self.crowd, self.name, "POST", address, form, kind, token)
            if status == 302:
                return head["location"].partition("?")[0]
            assert status == 200 or status in SEND_AGAIN, status
            await asyncio.sleep(0.5)
        return ""

    async def _submitted(self, seat: str) -> str:
        """The next seat. Whatever reply came of the five, it has the same receipt."""
        key = str(uuid4())
        self.sent.add(key)
        answers = {name: {"value": "0", "rationale": ""} for name in self.crowd.keys}
        body = {"submission_id": key, "version": self.crowd.version, "answers": answers}
        text = json.dumps(body | {"inline": True, "active_ms": 500})
        replies = await asyncio.gather(*(self._insist(seat, text) for _ in range(TIMES)))
        receipts = {reply["receipt"] for reply in replies}
        assert len(receipts) == 1, (self.name, seat, receipts)
        self.acknowledged[key] = receipts.pop()
        following = [reply["next"] for reply in replies if "page" in reply]
        return following[-1].partition("?")[0] if following else ""

    async def _insist(self, seat: str, text: str) -> dict:
        deadline = time.monotonic() + PATIENCE
        replies: list[int] = []
        while time.monotonic() < deadline:
            status, _, body = await ask(
                self.crowd, self.name, "POST", f"{seat}submit", text, "application/json"
            )
            if status == 200:
                return json.loads(body)
            assert status in SEND_AGAIN, (self.name, seat, status, body[:300])
            self.sent_again += 1
            replies.append(status)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self.name}: {seat} is not acknowledged, only {replies}")


async def ask(
    crowd: Crowd, name: str, method: str, address: str, body: str, kind: str, token: str = "0" * 32
) -> tuple[int, dict[str, str], bytes]:
    """One request over a connection of its own; status 0 when the server was lost on the way."""
    cookie = crowd.boss if name == "boss" else crowd.cookies[name]
    data = body.encode()
    head = (
        f"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Accept: application/json, text/html\r\nCookie: {cookie}; csrftoken={token}\r\n"
        f"X-CSRFToken: {token}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    try:
        return await asyncio.wait_for(_exchange(crowd.port, head.encode() + data), ANSWER)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
        return 0, {}, b""


async def _exchange(port: int, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in head[1:] if line]
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        return int(head[0].split(" ")[1]), headers, body
    finally:
        writer.close()


def gather(fire: Fire, *, people: int, responses: int, overlap: int) -> Crowd:
    """A project with its experts, and a batch over the first responses of the scene."""
    files = {kind: str(fire.files[kind]) for kind in ("rubric", "items", "responses")}
    script = SETUP.format(files=files, people=people, responses=responses, overlap=overlap)
    made = fire.command("shell", "--no-imports", "-c", script)
    assert made.code == 0, made.stderr
    told = json.loads(made.stdout.splitlines()[-1])
    return Crowd(fire.stack.port, **told)


async def everybody(people: list[Person], meanwhile: Awaitable[None], is_over) -> None:
    """All of them at work until it is over; the first fault is raised here."""
    async with asyncio.TaskGroup() as group:
        group.create_task(meanwhile)
        for person in people:
            group.create_task(person.work(is_over))
