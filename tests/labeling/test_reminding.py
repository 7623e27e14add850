"""Mails to experts for whom something is left: once a day, never to who is done or wants none."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.utils import timezone

from labeling import assigning, reminding, tasks
from labeling.errors import Conflict
from labeling.models import Batch, Reminder, Response, User
from tests import factories
from tests.labeling.rating.seats import opened, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(project, ana, ben) -> Batch:
    for person in (ana, ben):
        person.email = f"{person.username}@example.org"
        person.save(update_fields=["email"])
    return opened(project, count=2)


@pytest.fixture(autouse=True)
def sent_at_once(monkeypatch, django_capture_on_commit_callbacks):
    """The worker's part, done as soon as a reminder is committed."""
    monkeypatch.setattr(
        reminding.current_app, "send_task", lambda name, ids: tasks.send_reminder(*ids)
    )


def remind(batch: Batch, callbacks, **options) -> list[User]:
    with callbacks(execute=True):
        return reminding.remind(batch, by=None, **options)


def test_who_has_something_left_gets_a_mail(
    batch, ana, ben, settings, django_capture_on_commit_callbacks
):
    settings.SITE_URL = "https://studio.example.org/"
    while seat := assigning.claim_next(batch, ben):
        submit(seat)
    assert remind(batch, django_capture_on_commit_callbacks) == [ana]
    (letter,) = mail.outbox
    assert letter.to == ["ana@example.org"]
    assert letter.subject == "Responses wait for you: First round"
    assert f"https://studio.example.org/desk/{batch.pk}/" in letter.body
    assert Reminder.objects.get().sent_at is not None


def test_nothing_of_the_others_stands_in_it(batch, ben, django_capture_on_commit_callbacks):
    submit(assigning.claim_next(batch, ben))
    remind(batch, django_capture_on_commit_callbacks)
    told = "".join(letter.body + letter.subject for letter in mail.outbox if "ana@" in letter.to[0])
    assert told
    assert "ben" not in told


def test_asked_for_twice_nobody_gets_two(batch, django_capture_on_commit_callbacks):
    assert len(remind(batch, django_capture_on_commit_callbacks)) == 2
    assert remind(batch, django_capture_on_commit_callbacks) == []
    tasks.send_reminder(Reminder.objects.first().pk)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"takes_reminders": False}, {"is_active": False}]
)
def test_who_cannot_or_will_not_get_mails_gets_none(
    batch, ana, ben, change, django_capture_on_commit_callbacks
):
    User.objects.filter(pk=ana.pk).update(**change)
    assert remind(batch, django_capture_on_commit_callbacks) == [ben]


def test_a_batch_reminds_by_itself_after_days_without_work(
    batch, ana, ben, django_capture_on_commit_callbacks
):
    """ana rated just now, ben never: opened five days ago, the batch waits three."""
    Batch.objects.filter(pk=batch.pk).update(
        remind_after_days=3, created_at=timezone.now() - timedelta(days=5)
    )
    submit(assigning.claim_next(batch, ana))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remind()
    assert [letter.to for letter in mail.outbox] == [["ben@example.org"]]
    with django_capture_on_commit_callbacks(execute=True):
        tasks.remind()
    assert len(mail.outbox) == 1


def test_the_others_do_not_wait_for_a_batch_that_closes_meanwhile(
    project, batch, monkeypatch, django_capture_on_commit_callbacks
):
    item = factories.item(project, "later")
    responses = Response.objects.filter(pk=factories.response(item).pk)
    second = assigning.open_batch(
        project, batch.rubric_version, "Later", responses=responses, overlap=2, by=None
    )
    Batch.objects.update(remind_after_days=1, created_at=timezone.now() - timedelta(days=5))
    usual = reminding.remind

    def remind_once_closed(one: Batch, **options) -> list[User]:
        if one == batch:
            Batch.objects.filter(pk=batch.pk).update(state="closed")
        return usual(one, **options)

    monkeypatch.setattr(reminding, "remind", remind_once_closed)
    with django_capture_on_commit_callbacks(execute=True):
        assert reminding.remind_all() == 2
    assert set(Reminder.objects.values_list("batch", flat=True)) == {second.pk}


def test_many_experts_cost_the_queries_of_one(project, batch, django_assert_num_queries):
    for number in range(4):
        person = factories.member(project, f"more-{number}", "expert")
        User.objects.filter(pk=person.pk).update(email=f"more-{number}@example.org")
    Batch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=5))
    batch.refresh_from_db()
    with django_assert_num_queries(1):
        assert len(reminding.remindable(batch, idle_days=3)) == 6


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_only_open_batches_remind(batch, state):
    Batch.objects.filter(pk=batch.pk).update(state=state)
    with pytest.raises(Conflict, match="open batches only"):
        reminding.remind(batch, by=None)


def test_a_mail_server_that_is_away_is_asked_again(
    batch, monkeypatch, django_capture_on_commit_callbacks
):
    with monkeypatch.context() as away:
        away.setattr(locmem.EmailBackend, "send_messages", _away)
        remind(batch, django_capture_on_commit_callbacks)
    assert set(Reminder.objects.values_list("fault", flat=True)) == {"the line was cut"}
    assert mail.outbox == []
    tasks.remind()
    assert len(mail.outbox) == 2
    assert not Reminder.objects.filter(sent_at__isnull=True).exists()


def test_a_batch_closed_meanwhile_sends_nothing(batch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        reminding.remind(batch, by=None)
    Batch.objects.filter(pk=batch.pk).update(state="closed")
    tasks.send_reminder(Reminder.objects.first().pk)
    assert mail.outbox == []


def _away(*arguments: object) -> int:
    raise SMTPServerDisconnected("the line was cut")
