"""While the database is away every address says so, and says that nothing was saved."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

TEXT = "The database cannot be reached just now. Nothing was saved; please try again."


@pytest.fixture
def away():
    """Every query fails, from the session's own on."""

    def make(error):
        def fail(execute, sql, params, many, context):
            raise error

        return connection.execute_wrapper(fail)

    return make


@pytest.mark.parametrize("error", [OperationalError("it is starting"), InterfaceError("closed")])
@pytest.mark.parametrize("path", ["/", "/desk/", "/p/refunds/items/"])
def test_a_page_answers_503_in_words(carol, away, path, error):
    client = Client(raise_request_exception=False)
    client.force_login(carol)
    with away(error):
        answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert TEXT in answer.content.decode()


def test_a_fragment_gets_the_alert_alone(carol, away):
    client = Client(raise_request_exception=False)
    client.force_login(carol)
    with away(OperationalError("it is starting")):
        answer = client.get("/p/refunds/items/", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#site-alerts"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer rs_unknown"}])
def test_the_api_answers_503_as_problem_details(carol, away, headers):
    client = Client(raise_request_exception=False)
    client.force_login(carol)
    with away(OperationalError("it is starting")):
        answer = client.get("/api/v1/projects/", headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == TEXT


def test_another_error_stays_a_500_without_its_text(carol, away):
    client = Client(raise_request_exception=False)
    client.force_login(carol)
    with away(ZeroDivisionError("secret")):
        answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
