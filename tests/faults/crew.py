"""People with tokens and an open batch in a stack under fire, and their requests over HTTP."""

import http.client
import json
from dataclasses import dataclass

from tests.faults.firing import Fire

PROJECT = "crew"
# Runs inside `manage shell`: by the verbs, as pages do it, since there is no command for it.
SETUP = """
import json
from labeling import assigning
from labeling.models import Batch, Membership, Project, Response, RubricVersion, User
from labeling.tokens import issue_token
project = Project.objects.get(slug={project!r})
tokens = {{}}
for name, role in {people!r}.items():
    person, _ = User.objects.get_or_create(username=name)
    Membership.objects.get_or_create(project=project, user=person, role=role)
    tokens[name] = issue_token(person, name="test")
batch = Batch.objects.filter(project=project, name={batch!r}).first() or assigning.open_batch(
    project, RubricVersion.objects.get(project=project), {batch!r},
    responses=Response.objects.filter(project=project), overlap=3, by=None,
)
print(json.dumps({{"batch": batch.pk, "tokens": tokens}}))
"""


@dataclass
class Crew:
    """One admin and some experts of a project of their own."""

    port: int
    batch: int
    tokens: dict[str, str]

    def ask(self, who: str, method: str, path: str, body: object = None) -> tuple[int, dict]:
        """One request; OSError or HTTPException when the server was lost on the way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        headers["Content-Type"] = "application/json"
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"/api/v1/{path}", text, headers)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, json.loads(data) if data else {}
        finally:
            connection.close()


def recruit(fire: Fire, experts: list[str], *, batch: str) -> Crew:
    """Load the project and open a batch of it for these experts; boss is its admin."""
    loading = [
        word
        for kind in ("rubric", "items", "responses")
        for word in (f"--{kind}", fire.files[kind])
    ]
    done = fire.command("load", PROJECT, "--create", "--json", *loading)
    assert done.code == 0, done.stderr
    people = {"boss": "admin"} | dict.fromkeys(experts, "expert")
    script = SETUP.format(project=PROJECT, batch=batch, people=people)
    made = fire.command("shell", "--no-imports", "-c", script)
    assert made.code == 0, made.stderr
    return Crew(port=fire.stack.port, **json.loads(made.stdout.splitlines()[-1]))
