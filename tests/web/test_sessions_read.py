"""Who is logged in is read with the session, in one round trip, and never believed unread."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from rubricstudio import sessions


@pytest.fixture
def page(as_user, ana):
    """A page that greets whoever is logged in, after a first look at it."""
    client = as_user(ana)

    def read():
        answer = client.get("/account/tokens")
        return answer.wsgi_request.user.username if answer.status_code == 200 else None

    assert read() == "ana"
    return read


def test_the_session_and_its_person_are_one_query(page, ana, django_assert_num_queries):
    store = sessions.SessionStore(Session.objects.get().session_key)
    with django_assert_num_queries(1):
        assert store["_auth_user_id"] == str(ana.pk)
        assert store.person == ana
        assert store.person.get_session_auth_hash() == ana.get_session_auth_hash()


def test_a_person_who_may_log_in_no_more_is_out_at_once(page, ana):
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    assert page() is None


def test_a_password_that_was_changed_elsewhere_ends_the_session(page, ana):
    ana.set_password("another good one")
    ana.save()
    assert page() is None


def test_an_ended_session_is_nobodys(page):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert page() is None


def test_a_deleted_session_is_nobodys(page):
    Session.objects.all().delete()
    assert page() is None


def test_what_was_remembered_of_a_session_is_never_believed(page, ben):
    key = Session.objects.get().session_key
    sessions._people[key] = ben.pk
    assert page() == "ana"
    assert sessions._people[key] != ben.pk


def test_a_session_of_nobody_has_no_person(db):
    store = sessions.SessionStore()
    store["seen"] = True
    store.save()
    found = sessions.SessionStore(store.session_key)
    assert found["seen"] is True
    assert found.person is None


def test_what_is_remembered_is_bounded(page, monkeypatch):
    monkeypatch.setattr(sessions, "KEPT", 2)
    for number in range(5):
        sessions._remember(f"session-{number}", number + 1)
        assert len(sessions._people) <= 2
        assert sessions._people[f"session-{number}"] == number + 1
    assert page() == "ana"
