"""Promises that the whole code base keeps, checked against the code itself."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.core.management import call_command, get_commands
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[2]
OPEN_ADDRESSES = {
    "healthz",
    "readyz",
    "accounts/login/",
    "accounts/logout/",
    # They refuse strangers themselves: 401 for script, the log-in page for a form.
    "answers/<int:pk>/keep",
    "adjudication/<int:pk>/draft",
    "adjudication/<int:pk>/submit",
    "desk/seat/<int:pk>/draft",
    "desk/seat/<int:pk>/flag",
    "desk/seat/<int:pk>/submit",
}
# Rows nobody asks for by themselves: they are read through a row that knows its readers.
READ_THROUGH_ANOTHER = {
    "Criterion": "RubricVersion",
    "Level": "RubricVersion",
    "DraftChange": "RubricVersion",
    "Generator": "Project",
    "QueueEntry": "Batch",
    "RaterCursor": "Batch",
    "RatingDraft": "Assignment",
    "Score": "Rating",
    "FlagAnswer": "Flag",
    "WorkedExample": "RubricVersion",
    "Adjudication": "Batch",
    "Dispute": "Batch",
    "DisputeMark": "nobody",
    "ExpertWriter": "AnswerPlace",
    "AnswerReturn": "AnswerPlace",
    "Heartbeat": "nobody",
    "User": "Membership",
    "Knock": "nobody",
    "KnownAddress": "nobody",
    "Grader": "Project",
    "GradingChunk": "GradingRun",
    "RaterReport": "RaterRun",
    "AgreementSlice": "AgreementRun",
    "Agreement": "AgreementRun",
    "AgreementChunk": "AgreementRun",
    "TallyState": "Batch",
    "KeptTally": "Batch",
    "SelectedItem": "Selection",
}


def addresses(resolver: URLResolver, prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern, path)
        else:
            found.append((path, pattern))
    return found


def is_open(pattern: URLPattern) -> bool:
    view = pattern.callback
    return not getattr(view, "login_required", True)


def test_every_address_asks_for_a_log_in_but_a_few():
    opened = {path for path, pattern in addresses(get_resolver()) if is_open(pattern)}
    api = {path for path in opened if path.startswith("api/v1/")}
    assert opened - api <= OPEN_ADDRESSES


def test_the_api_asks_for_a_token_or_a_session(client, db):
    for path, _ in addresses(get_resolver()):
        if path.startswith("api/v1/"):
            url = "/" + re.sub(r"<(?:int:)?[^>]+>", "1", path)
            answers = {client.get(url).status_code, client.post(url).status_code}
            assert answers <= {401, 403, 405, 302}, (url, answers)


@pytest.mark.parametrize("app", ["labeling", "evals"])
def test_every_model_says_who_sees_it(app):
    for model in apps.get_app_config(app).get_models():
        knows = hasattr(model._default_manager.all(), "visible_to")
        assert knows or model.__name__ in READ_THROUGH_ANOTHER, model.__name__


def test_tasks_take_ids_only():
    for module in ("evals.tasks", "labeling.tasks"):
        import_module(module)
    ours = [t for name, t in current_app.tasks.items() if name.startswith(("evals.", "labeling."))]
    assert ours
    for task in ours:
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.annotation in ("int", int), (task.name, parameter)


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_command_is_documented():
    ours = {name for name, app in get_commands().items() if app in {"labeling", "evals"}}
    ours |= {name for name, app in get_commands().items() if app == "rubricstudio"}
    readme = (ROOT / "README.md").read_text()
    assert [name for name in sorted(ours) if f"`{name}" not in readme] == []


def test_every_setting_from_outside_is_documented():
    settings = (ROOT / "rubricstudio" / "settings.py").read_text()
    named = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings))
    named |= set(re.findall(r'_database\("([A-Z_]+)"\)', settings))
    readme = (ROOT / "README.md").read_text()
    assert [name for name in sorted(named) if f"`{name}`" not in readme] == []


def python_files() -> list[Path]:
    folders = ("rubricstudio", "labeling", "evals", "benchmarks")
    return [
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]


def test_no_file_is_longer_than_400_lines():
    lengths = {path: len(path.read_text().splitlines()) for path in python_files()}
    assert {path.name: n for path, n in lengths.items() if n > 400} == {}


def test_no_function_is_longer_than_60_lines():
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}:{node.name}"


def swallows(handler: ast.ExceptHandler) -> bool:
    """Catches everything and lets it end there; cleaning up and raising again is fine."""
    names = (
        {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
        if (handler.type)
        else {"BaseException"}
    )
    raises = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
    return bool(names & {"Exception", "BaseException"}) and not raises


def test_unexpected_errors_are_caught_in_one_place():
    found = {
        path.relative_to(ROOT).as_posix()
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and swallows(node)
    }
    assert found <= {"labeling/runs.py"}


def test_nothing_is_marked_safe_by_hand():
    unsafe = re.compile(r"mark_safe|SafeString\(|\|\s*safe\b|autoescape off")
    files = [*python_files(), *(ROOT / "templates").rglob("*.html")]
    assert [path.name for path in files if unsafe.search(path.read_text())] == []


def test_requests_never_become_query_fields():
    risky = re.compile(r"(filter|exclude|order_by|get)\(\*\*?(request|self\.request)")
    assert [path.name for path in python_files() if risky.search(path.read_text())] == []
