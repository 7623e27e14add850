"""The description of the API: valid, complete, shut to strangers, and readable in a browser."""

from __future__ import annotations

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from playwright.sync_api import sync_playwright

from rubricstudio.stack.testing import browser_here
from tests.api.test_ladder import TABLE, filled
from tests.browser.conftest import PATIENCE

CHROMIUM = browser_here()
PLACES = {"<slug:slug>": "{slug}", "<slug:rubric_slug>": "{rubric_slug}", "<int:pk>": "{id}"}
PLACES |= {"<int:number>": "{number}", "<str:name>": "{name}"}


@pytest.fixture
def schema():
    with GENERATOR_STATS.silence():
        return SchemaGenerator().get_schema(request=None, public=True)


def test_schema_is_valid_and_made_without_a_warning(capsys):
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert not GENERATOR_STATS
    assert schema["info"]["title"] == "RubricStudio"


def test_schema_describes_every_address_with_its_verbs(schema):
    described = {
        (path.removeprefix("/api/v1/"), verb.upper())
        for path, verbs in schema["paths"].items()
        for verb in verbs
    }
    expected = set()
    for address, method, _, _ in TABLE:
        for ours, theirs in PLACES.items():
            address = address.replace(ours, theirs)
        expected.add((address, method))
    alone = {("projects/", "GET"), ("projects/", "POST"), ("flags/", "GET"), ("answers/", "GET")}
    assert described - alone == expected


def test_every_operation_names_its_refusals_and_its_query(schema):
    for path, verbs in schema["paths"].items():
        for verb, operation in verbs.items():
            refusal = operation["responses"]["default"]["content"]
            assert "application/problem+json" in refusal, (path, verb)
            assert operation["summary" if "summary" in operation else "description"]
    items = schema["paths"]["/api/v1/projects/{slug}/selections/{id}/items/"]["get"]
    named = {one["name"] for one in items["parameters"] if one["in"] == "query"}
    assert named == {"page", "page_size", "verdict"}


def test_schema_opens_to_a_token_or_a_session_only(script, client, ana):
    assert script().get("schema/").status_code == 401
    assert b"openapi: 3" in script(ana).get("schema/").content
    assert client.get("/api/v1/docs/").status_code == 302
    client.force_login(ana)
    assert client.get("/api/v1/schema/").status_code == 200


def test_answers_have_the_shape_that_is_described(world, carol, ana, script, schema):
    """Whatever GET answers holds exactly the described fields."""
    components = schema["components"]["schemas"]
    asked = 0
    for address, method, _, expected in TABLE:
        path = address
        for ours, theirs in PLACES.items():
            path = path.replace(ours, theirs)
        success = schema["paths"][f"/api/v1/{path}"][method.lower()]["responses"].get("200")
        reference = success and next(iter(success["content"].values()))["schema"].get("$ref")
        if method != "GET" or not reference:
            continue
        person = carol if expected[0] == 200 else ana
        answer = script(person).get(filled(address, world)).json()
        shape = components[reference.rpartition("/")[2]]
        assert set(answer) <= set(shape["properties"]), path
        assert set(shape["required"]) <= set(answer), path
        for row in answer.get("results", [])[:1]:
            inner = shape["properties"]["results"]["items"]["$ref"].rpartition("/")[2]
            assert set(row) == set(components[inner]["properties"]), path
        asked += 1
    assert asked >= 14


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_docs_work_under_the_content_policy(live_server, client, django_user_model):
    user = django_user_model.objects.create_user("ana")
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{**cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(str(error)))
        answer = page.goto(f"{live_server.url}/api/v1/docs/")
        policy = answer.headers["content-security-policy"]
        page.wait_for_selector(".opblock")
        page.locator("#operations-projects-projects_list .opblock-summary-control").click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()
        page.wait_for_selector(".live-responses-table .response .response-col_status")
        status = page.locator(".live-responses-table .response-col_status").nth(1).inner_text()
        browser.close()
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert status.startswith("200")
    assert faults == []
