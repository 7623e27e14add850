"""Releases of demonstrations, in the browser and the API, shut to whoever judges the answers."""

from __future__ import annotations

import pytest

from evals.gaps.passing import RULE
from evals.models import Export
from labeling import assigning
from labeling.models import Batch, Membership, Response
from tests import factories
from tests.evals.answered import answer_to, answered, chosen
from tests.evals.loop import exported
from tests.made_once import prepared_by
from tests.web.test_selections import url

P = "/api/v1/projects/refunds/"
PATTERNS = {"a": "111 111", "b": "111 111", "c": "001 111"}
FILE = "demonstrations_train.jsonl"


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "storage"


def chosen_from(project):
    ana = factories.member(project, "ana", "expert")
    carol = factories.member(project, "carol", "admin")
    return chosen(answered(project, PATTERNS, by=ana, admin=carol))


# All tests here begin with it.
prepared = prepared_by(chosen_from, slug="refunds")


@pytest.fixture
def selection(prepared, own):
    return own


@pytest.fixture
def release(selection):
    return exported(selection, name="shown", targets=["demonstrations"])


@pytest.fixture
def admin(as_user, carol):
    return as_user(carol)


def addresses(release):
    return (
        url("release_file", release.project, release.pk, FILE),
        url("release_zip", release.project, release.pk),
        f"{P}exports/{release.pk}/",
        f"{P}exports/{release.pk}/files/{FILE}/",
    )


def elsewhere(release, **fields):
    """Another open batch of the project, in which the answers are rated again."""
    version = release.selection.agreement_run.rubric_version
    written = list(Response.objects.filter(generator__kind="expert"))
    return factories.batch(version, written, name="Again", overlap=2, **fields)


def test_they_are_asked_for_with_the_rule_beside(admin, project, selection):
    page = admin.get(url("release_new", project))
    assert "Demonstrations: experts’ own answers that pass" in page.text
    assert "Demonstrations are taken by a rule. An answer that an expert wrote here" in page.text
    form = {"selection": selection.pk, "targets": ["demonstrations"]}
    sent = admin.post(url("release_new", project), form)
    assert sent.headers["Location"] == Export.objects.get().get_absolute_url()


def test_where_nobody_wrote_an_answer_the_form_says_what_to_do(admin, project, selection):
    batch = selection.agreement_run.batch
    batch.queue.filter(response__generator__kind="expert").delete()
    form = {"selection": selection.pk, "targets": ["demonstrations"]}
    page = admin.post(url("release_new", project), form)
    assert page.status_code == 422
    assert "Open an answer task, have its answers rated, and select from that batch." in page.text
    assert not Export.objects.exists()


def test_the_page_says_the_rule_the_rows_and_what_was_left_out(admin, release):
    page = admin.get(release.get_absolute_url())
    assert page.context["demonstrations"]["rule"] == RULE
    assert "1 answer is left out; the manifest names each." in page.text
    assert "cites_policy: not met" in page.text
    facts = dict(page.context["facts"])
    assert (facts["Rows"], facts["Targets"]) == ("2", "demonstrations")
    # there is no grader in it
    assert "Judge model" not in facts
    assert "Grader validity" not in page.text
    told = b"".join(admin.get(addresses(release)[0]).streaming_content).decode()
    assert answer_to("a") in told or answer_to("b") in told


@pytest.mark.parametrize("how", ["seat", "offered"])
def test_whoever_judges_the_answers_elsewhere_reads_nothing_of_it(
    admin, carol, project, release, how
):
    again = elsewhere(release)
    for address in addresses(release):
        assert admin.get(address).status_code == 200, "whoever judges nothing reads it"
    if how == "seat":
        factories.seat(again, again.queue.first().response, carol, slot=None)
    else:
        Membership.objects.create(project=project, user=carol, role="expert")
        # The batch that was selected from offers nothing more.
        Batch.objects.filter(pk=release.selection.agreement_run.batch_id).update(state="closed")
    page = admin.get(release.get_absolute_url())
    assert "You rate what this release tells of" in page.text
    assert "not met" not in page.text
    assert release.sha256 not in page.text
    for address in addresses(release):
        assert admin.get(address).status_code == 403, address
    assert "shown" not in admin.get(url("releases", project)).text
    assert admin.get(f"{P}exports/").json()["results"] == []
    Batch.objects.filter(pk=again.pk).update(state="closed")
    for address in addresses(release):
        assert admin.get(address).status_code == 200, address


def test_other_releases_of_the_selection_stay_open_to_them(admin, carol, selection):
    tuned = exported(selection, name="tuned")
    again = elsewhere(tuned)
    factories.seat(again, again.queue.first().response, carol, slot=None)
    assert admin.get(url("release_zip", tuned.project, tuned.pk)).status_code == 200
    assert "tuned" in admin.get(url("releases", tuned.project)).text


def test_whoever_rates_other_answers_reads_it(admin, carol, project, release):
    other = factories.response(factories.item(project))
    version = release.selection.agreement_run.rubric_version
    batch = factories.batch(version, [other], name="Other work")
    assert assigning.claim_next(batch, factories.member(project, "eve", "expert"))
    factories.seat(batch, other, carol, slot=None)
    for address in addresses(release):
        assert admin.get(address).status_code == 200, address


def test_outsiders_and_experts_get_none_of_it(as_user, ana, dan, release):
    for person, status in ((dan, 404), (ana, 403)):
        client = as_user(person)
        for address in (release.get_absolute_url(), *addresses(release)):
            assert client.get(address).status_code == status, (person, address)


def test_the_api_writes_them(admin, selection):
    path = f"{P}selections/{selection.pk}/exports/"
    made = admin.post(path, {"targets": ["demonstrations"]}, content_type="application/json")
    assert made.status_code == 202, made.text
    assert made.json()["targets"] == ["demonstrations"]
