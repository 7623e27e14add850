"""People with tokens in a project of a stack under fire, and their requests over HTTP."""

import http.client
import json
from dataclasses import dataclass

from tests.faults.firing import Fire

PROJECT = "crew"
EXPERTS = ("fay", "gus", "hal", "ida")
PEOPLE = {"boss": "admin"} | dict.fromkeys(EXPERTS, "expert")
# Runs inside `manage shell`: by the verbs, as pages do it, since there is no command for it.
SETUP = """
import json
from pathlib import Path
from labeling.importing import load
from labeling.models import Membership, Project, User
from labeling.tokens import issue_token
project = Project.objects.create(slug={project!r}, title="Crew")
files = {{kind: Path(path) for kind, path in {files!r}.items()}}
assert load(project, files, by=None).taken
tokens = {{}}
for name, role in {people!r}.items():
    person = User.objects.create(username=name)
    Membership.objects.create(project=project, user=person, role=role)
    tokens[name] = issue_token(person, name="test")
print(json.dumps(tokens))
"""


@dataclass
class Crew:
    """One admin and some experts of a project of their own."""

    port: int
    tokens: dict[str, str]

    def open_batch(self, name: str) -> int:
        """A batch over all responses of the project, opened by its admin."""
        (rubric,) = self.ask("boss", "GET", f"projects/{PROJECT}/rubrics/")[1]["results"]
        body = {"name": name, "rubric": rubric["slug"], "overlap": 3}
        status, made = self.ask("boss", "POST", f"projects/{PROJECT}/batches/", body)
        assert status == 201, made
        return made["id"]

    def ask(self, who: str, method: str, path: str, body: object = None) -> tuple[int, dict]:
        """One request; OSError or HTTPException when the server was lost on the way."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
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


def recruit(fire: Fire) -> Crew:
    """Load the project and take the experts in; boss is its admin."""
    kinds = ("rubric", "items", "responses")
    files = {kind: str(fire.files[kind]) for kind in kinds}
    script = SETUP.format(project=PROJECT, files=files, people=PEOPLE)
    made = fire.command("shell", "--no-imports", "-c", script)
    assert made.code == 0, made.stderr
    return Crew(fire.stack.port, json.loads(made.stdout.splitlines()[-1]))
