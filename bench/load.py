"""Load comes from a process of its own: `python -m bench.load MODULE`, a job in, figures out.

The module has an `async def load(job)`; job and result are JSON objects on stdin and stdout. So
the collector and threads of the runner cannot disturb a measured window, and the CPU time of the
client can be told from everything else.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import subprocess
import sys
import time
from typing import Any

from bench import processes

LOAD_TIMEOUT_S = 600.0

Job = dict[str, Any]


class LoadError(Exception):
    """The load process failed; its last words are the message."""


def run(module: str, job: Job, timeout_s: float = LOAD_TIMEOUT_S) -> dict[str, float]:
    """Run one job to its end and return what it measured."""
    answer = subprocess.run(
        [sys.executable, "-m", "bench.load", module],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    if answer.returncode != 0:
        raise LoadError(f"{module}: {answer.stderr[-2000:]}")
    result = json.loads(answer.stdout)
    assert isinstance(result, dict)
    return result


class Window:
    """The measured stretch of time: wall clock, and the CPU of the client and of the server."""

    def __init__(self, server_pid: int) -> None:
        """Begin now."""
        self._pid = server_pid
        self._server_cpu_s = processes.cpu_s(server_pid)
        self._client_cpu_s = time.process_time()
        self.began = time.perf_counter()

    def end(self) -> tuple[float, float, float]:
        """Return (wall seconds, client CPU seconds, server CPU seconds) since the beginning."""
        wall_s = time.perf_counter() - self.began
        client_s = time.process_time() - self._client_cpu_s
        return wall_s, client_s, processes.cpu_s(self._pid) - self._server_cpu_s


def main() -> None:
    """Read the job, do it, print the figures."""
    module = importlib.import_module(sys.argv[1])
    job = json.load(sys.stdin)
    processes.raise_file_limit()
    # A collection in the middle of a window would be measured as the server's.
    gc.disable()
    json.dump(asyncio.run(module.load(job)), sys.stdout)


if __name__ == "__main__":
    main()
