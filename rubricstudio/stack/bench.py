"""`./run bench`: benchmarks on a stack of their own, one JSON object a line."""

import os
from collections.abc import Sequence

import benchmarks
from rubricstudio.stack import environment, foreground, scratch
from rubricstudio.stack.accounts import service_account
from rubricstudio.stack.chores import Chores
from rubricstudio.stack.places import ROOT


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, all of them without a name."""
    # Wrong usage ends here, before anything is installed or started.
    benchmarks.chosen(arguments)
    account = service_account()
    made = environment.ensure(ROOT / "requirements.lock", account)
    with scratch.stack(made, account, "./run bench") as (application, supervisor):
        chores = Chores(application, supervisor)
        static = chores.collect_static()
        chores.migrate()
        static.finish()
        supervisor.start(application.worker(os.cpu_count() or 2, with_beat=True))
        env = application.environ(owner=True) | {"PYTHONPATH": str(ROOT)}
        command = [str(made.python), "-m", "benchmarks", *arguments]
        return foreground.run(command, env=env, cwd=ROOT, supervisor=supervisor)
