"""All files of one load in one transaction: whole or nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import connection, transaction

from labeling import language, locks
from labeling.formats.renaming import Renaming
from labeling.importing.context import Loading
from labeling.importing.faults import Faults
from labeling.importing.item_rubrics import attach
from labeling.importing.report import KINDS, Report
from labeling.importing.stations import STATIONS
from labeling.models import Project, User

log = logging.getLogger(__name__)


def load(
    project: Project,
    files: Mapping[str, Path],
    *,
    by: User | None,
    skip_invalid: bool = False,
    dry_run: bool = False,
    renaming: Renaming | None = None,
    tick: Callable[[int], None] = lambda done: None,
) -> Report:
    """Load the files (by kind) and say what became of every line.

    With one bad line nothing is taken, unless `skip_invalid`; a dry run takes nothing either
    way, after having done everything. Loads of one project follow each other.
    """
    with language.remembering(), transaction.atomic(), connection.cursor() as cursor:
        # A large file is one long statement, and so is waiting for the load before this one.
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [locks.LOADING, project.pk])
        loading = Loading(project, by, cursor, Faults(cursor), renaming or Renaming(), tick)
        report = _run(loading, files)
        report.taken = not dry_run and not report.fatal and (skip_invalid or not report.faults)
        if not report.taken:
            transaction.set_rollback(True)
    if report.taken:
        log.info("project %s: loaded %s by user %s", project.pk, report.document(), by and by.pk)
    return report


def _run(loading: Loading, files: Mapping[str, Path]) -> Report:
    report = Report()
    for kind in KINDS:
        if kind in files:
            report.counts[kind] = STATIONS[kind](loading, files[kind])
        if loading.item_rubrics and (kind == "items" or "items" not in files):
            report.counts["rubric"] = attach(loading, loading.item_rubrics)
            loading.item_rubrics = []
    report.faults = loading.faults.collected(KINDS)
    report.fatal, report.notes = loading.faults.fatal, loading.notes
    report.findings = loading.findings
    return report
