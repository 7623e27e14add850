"""What was taken into a draft stands beside the criterion, and goes with its version."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling import authoring, triage
from labeling.models import Flag, FlagAnswer
from labeling.spec import RubricSpec
from tests import factories

RUBRIC = "/p/refunds/rubrics/refund-quality/"


@pytest.fixture
def author(as_user, amy):
    return as_user(amy)


@pytest.fixture
def draft(flag, amy):
    return triage.take([flag], by=amy)


def state(flag):
    return Flag.objects.with_state().get(pk=flag.pk).state


def reworded(draft, amy):
    """The draft with another text for `polite`, which can be published."""
    spec = authoring.spec_of(draft)
    changed = [
        type(one)(
            **{
                **{n: getattr(one, n) for n in one.__slots__},
                "criterion": "Greets the customer by name.",
            }
        )
        if one.key == "polite"
        else one
        for one in spec.criteria
    ]
    saved = RubricSpec(spec.title, spec.description, spec.guidelines, tuple(changed), spec.extra)
    return authoring.save_draft(draft, saved, edit=draft.edit, by=amy)


def test_taking_leads_to_the_criterion_with_the_words_beside_it(author, flag):
    answer = author.post(f"{RUBRIC}flags/{flag.pk}/decide", {"do": "take"})
    draft = authoring.standing(flag.rubric_version.rubric).draft
    polite = draft.criteria.get(key="polite")
    assert answer["Location"] == f"{RUBRIC}edit#c-{polite.pk}"
    page = author.get(f"{RUBRIC}edit").text
    assert "1 flag to settle" in page
    assert "What is polite?" in page
    assert f'href="#c-{polite.pk}"' in page


def test_the_form_of_the_criterion_shows_its_flags_alone(author, draft, seats, amy):
    other = factories.flag(seats[1], "No deadline.", kind="other")
    triage.take([other], by=amy)
    polite, cites = draft.criteria.get(key="polite"), draft.criteria.get(key="cites_policy")
    assert "What is polite?" in author.get(f"{RUBRIC}edit/{polite.pk}").text
    assert "No deadline." not in author.get(f"{RUBRIC}edit/{polite.pk}").text
    assert "flag-said" not in author.get(f"{RUBRIC}edit/{cites.pk}").text


def test_the_note_on_the_version_cites_them_by_number(author, draft, flag, seats, amy):
    other = factories.flag(seats[1], "No deadline.", kind="other")
    assert f"Settles flag {flag.pk}." in author.get(f"{RUBRIC}publish").text
    triage.take([other], by=amy)
    page = author.get(f"{RUBRIC}publish").text
    assert f"Settles flags {flag.pk} and {other.pk}." in page
    assert "What is polite?" in page


def test_publishing_settles_them_and_the_expert_reads_so(author, as_user, draft, flag, amy, ana):
    saved = reworded(draft, amy)
    note = f"Settles flag {flag.pk}."
    sent = {"number": 2, "edit": saved.edit, "change_note": note}
    answer = author.post(f"{RUBRIC}publish", sent)
    assert answer.status_code == 302, answer.text
    assert state(flag) == "settled"
    assert FlagAnswer.objects.get(act="settled").version.number == 2
    assert "Settled by version 2" in author.get(f"{RUBRIC}flags?state=all").text
    assert "Settled by version 2" in as_user(ana).get("/desk/flags/").text
    # The note is read by every member: it tells no remark.
    page = as_user(ana).get(RUBRIC).text
    assert note in page
    assert "What is polite?" not in page


def test_taken_out_again_it_is_not_settled(author, draft, flag, amy):
    saved = reworded(draft, amy)
    author.post(f"{RUBRIC}flags/{flag.pk}/decide", {"do": "reopen"})
    sent = {"number": 2, "edit": saved.edit, "change_note": ""}
    assert author.post(f"{RUBRIC}publish", sent).status_code == 302
    assert state(flag) == "open"


def test_discarding_gives_it_back(author, draft, flag):
    author.post(f"{RUBRIC}discard", {"number": 2})
    assert state(flag) == "open"
    assert "The draft was discarded." in author.get(f"{RUBRIC}flags/{flag.pk}/").text


def test_an_author_who_rates_there_reads_no_remark_on_a_response_in_the_draft(
    as_user, batch, seats, amy, carol
):
    item = factories.flag(seats[0], "It cites the wrong section.", kind="item")
    draft = triage.take([item], by=carol)
    factories.member(batch.project, "amy", "expert")
    factories.seat(batch, batch.queue.get(key=1).response, amy, 2)
    for address in ("edit", "publish"):
        page = as_user(amy).get(f"{RUBRIC}{address}").text
        assert "1 flag to settle" in page
        assert "wrong section" not in page
    assert draft.number == 2


def test_twenty_flags_take_the_queries_of_one(author, draft, seats, amy):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert author.get(f"{RUBRIC}edit").status_code == 200
        return len(captured)

    one = queries()
    more = [factories.flag(seats[n % 3], f"Problem {n}.", kind="other") for n in range(20)]
    triage.take(more, by=amy)
    assert queries() == one
