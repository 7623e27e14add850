"""The server's own page: does everything run, and if not, what is the matter."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from evals import figures
from evals.queries import status as reads
from labeling.access import MemberRequest
from labeling.models import Project, RunState, User

STATES = (RunState.PENDING, RunState.RUNNING, RunState.WAITING, RunState.FAILED, RunState.FINISHED)


@require_safe
def status(request: MemberRequest) -> HttpResponse:
    """For the server's staff and for those who run a project, who see their own runs."""
    _expect_operator(request.user)
    worker = reads.worker()
    kinds = reads.runs_by_state(request.user)
    context = {
        "worker": worker,
        "words": _in_words(worker, kinds),
        "states": [state.label for state in STATES],
        "kinds": [
            (_(one.kind), [(state.label, one.states.get(state.value, 0)) for state in STATES])
            for one in kinds
        ],
        "failed": reads.failed(request.user),
        "versions": reads.versions(),
        "storage": reads.storage(),
    }
    return render(request, "evals/status.html", context)


def _expect_operator(user: User) -> None:
    if user.is_staff or user.is_superuser or Project.objects.run_by(user).exists():
        return
    raise PermissionDenied(_("The server's state is shown to its staff and to projects' admins."))


def _in_words(worker: reads.Worker, kinds: list[reads.KindOfRun]) -> list[str]:
    """What an operator wants to hear first."""
    pending = sum(one.states.get(RunState.PENDING, 0) for one in kinds)
    running = sum(one.states.get(RunState.RUNNING, 0) for one in kinds)
    if worker.silent_for is None:
        first = _("No worker has been heard of yet: nothing is measured, graded or exported.")
    elif worker.is_alive:
        first = _("A worker was heard %(time)s ago.") % {"time": figures.span(worker.silent_for)}
    else:
        silent = figures.span(worker.silent_for)
        first = _("No worker for %(time)s: runs wait until one is started again.") % {
            "time": silent
        }
    if not pending and not running:
        return [first, _("No run is waiting or in work.")]
    return [first, _work(running, pending)]


def _work(running: int, pending: int) -> str:
    in_work = ngettext("%(n)s run in work", "%(n)s runs in work", running)
    waiting = ngettext("%(n)s run waiting for a worker", "%(n)s runs waiting for a worker", pending)
    return _("%(in_work)s, %(waiting)s.") % {
        "in_work": in_work % {"n": figures.thousands(running)},
        "waiting": waiting % {"n": figures.thousands(pending)},
    }
