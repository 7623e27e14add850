"""What cannot be answered is said in words, whatever asks: never a blank page."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.django_db
BUTTON = "/desk/seat/1/submit"


def test_an_address_that_only_takes_a_form_says_so_to_who_opens_it(as_user, ana):
    """As whoever logs in again in the middle of a submit, and is led back to where it went."""
    client = as_user(ana)
    page = client.get(BUTTON)
    assert (page.status_code, page.headers["Allow"]) == (405, "POST")
    assert "This address answers differently" in page.text
    told = client.get(BUTTON, headers={"accept": "application/json"})
    assert (told.status_code, told.json()["title"]) == (
        *(405, "This address is not used in this way. Reload the page and try again."),
    )
    part = client.get(BUTTON, headers={"HX-Request": "true"})
    assert part.status_code == 405
    assert "not used in this way" in part.text
    assert "<html" not in part.text


@pytest.mark.parametrize("path", ["/p/{}/agreement/%00/", "/p/{}/releases/1/files/a%00"])
def test_an_address_that_no_name_can_have_leads_nowhere(as_user, carol, project, path):
    assert as_user(carol).get(path.format(project.slug)).status_code == 404


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
def test_what_is_too_large_is_told_apart_from_what_cannot_be_read(ana):
    client = Client(raise_request_exception=False)
    client.force_login(ana)
    form = "application/x-www-form-urlencoded"
    large = client.post(BUTTON, "text=" + "a" * 2000, content_type=form)
    assert large.status_code == 413
    assert "This is too large" in large.text
    told = client.post(
        BUTTON,
        "a" * 2000,
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert told.status_code == 413
    assert "larger than this server takes" in told.json()["title"]
