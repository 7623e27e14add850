"""Doors for Celery: an id in, one verb called. Nothing else happens here."""

from __future__ import annotations

from celery import shared_task

from labeling import reminding, runs, throttling
from labeling.importing import uploads
from labeling.models import Import


@shared_task(acks_late=True)
def run_import(import_id: int) -> None:
    with runs.executing(Import, import_id) as attempt:
        if attempt:
            uploads.carry_out(attempt)


@shared_task(acks_late=True)
def send_reminder(reminder_id: int) -> None:
    reminding.deliver(reminder_id)


@shared_task
def remind() -> None:
    """Beat's hour: batches that remind by themselves, and mails that could not be sent before."""
    for one in reminding.unsent():
        reminding.deliver(one.pk)
    reminding.remind_all()


@shared_task
def tidy() -> None:
    """Beat's hour: what nobody will ask for any more is dropped."""
    uploads.clear_away()
    throttling.forget()
