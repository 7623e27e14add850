"""Start: from `./run up` to its ready line, on a home of its own whose environment is there."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The stack that benchmarks run on must not reach the one that is started.
OURS = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL", "SECRET_KEY", "RS_HOME")
AGAIN = 3
FIRST_TARGET_S, AGAIN_TARGET_S = 60, 5
SECONDS_TO_STOP = 60


def run(scale: int = 1) -> Iterable[dict[str, object]]:
    """The first start with the demo made by real jobs, then starts of what is there."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        # The services' user passes through to its own folders.
        Path(folder).chmod(0o711)
        home = Path(folder) / "home"
        yield {"what": "first start, with the demo", **_measured(home, FIRST_TARGET_S)}
        for number in range(1, AGAIN * scale + 1):
            yield {"what": f"second start, run {number}", **_measured(home, AGAIN_TARGET_S)}


def _measured(home: Path, target: int) -> dict[str, object]:
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(ROOT / "run"), "up", "--home", str(home), "--port", str(_free_port())],
        env={name: value for name, value in os.environ.items() if name not in OURS},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd="/",
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS_TO_STOP)
    if not line.startswith("ready: "):
        raise AssertionError(f"it did not start; see {home / 'logs'}")
    return {"n": 1, "seconds": round(seconds, 2), "target_s": target, "holds": seconds < target}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
