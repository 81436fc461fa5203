"""Starting, freezing, weighing and ending the processes the bench itself started (Linux /proc)."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
STOP_TIMEOUT_S = 30.0


@dataclass(frozen=True)
class Memory:
    """Memory of a process tree in KiB. PSS shares out pages that several processes map."""

    rss_kib: int
    pss_kib: int
    processes_count: int


def raise_file_limit() -> int:
    """Lift the soft limit of open files to the hard one and return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def tree(root: int) -> list[int]:
    """List the process ids of `root` and all its descendants that are alive."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            pid = int(entry.name)
            with suppress(OSError, ValueError):
                children.setdefault(_stat(pid).parent, []).append(pid)
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


@dataclass(frozen=True)
class _Stat:
    parent: int
    cpu_ticks: int


def _stat(pid: int) -> _Stat:
    # The command name may hold spaces and brackets: cut after the last bracket.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return _Stat(parent=int(fields[1]), cpu_ticks=int(fields[11]) + int(fields[12]))


def cpu_s(root: int) -> float:
    """Sum the CPU seconds (user and system) of the living tree under `root`."""
    total = 0
    for pid in tree(root):
        with suppress(OSError, ValueError):
            total += _stat(pid).cpu_ticks
    return total / _TICKS_PER_S


def memory(root: int) -> Memory:
    """Weigh the tree under `root`."""
    rss = pss = count = 0
    for pid in tree(root):
        with suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name == "Rss":
                    rss += int(value.split()[0])
                    count += 1
                elif name == "Pss":
                    pss += int(value.split()[0])
    return Memory(rss, pss, count)


class Child:
    """A server process in a process group of its own, with its output in a file."""

    def __init__(
        self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        """Start it."""
        self.log = log
        self.spawned_at = time.perf_counter()
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Give the process id, which is also the id of the group."""
        return self._process.pid

    def alive(self) -> bool:
        """Say whether the process still runs."""
        return self._process.poll() is None

    def freeze(self) -> None:
        """Stop the whole group, so that it uses no CPU while another server is measured."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the group run again."""
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ask it to end; after `STOP_TIMEOUT_S`, end the whole group."""
        if self.alive():
            self.thaw()
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_TIMEOUT_S)
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def last_words(self) -> str:
        """Return the end of the log, for an error message."""
        return self.log.read_text(errors="replace")[-2000:]
