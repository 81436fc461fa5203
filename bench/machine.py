"""Facts about the machine that a figure means nothing without. No names, no addresses."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from statistics import median

_SYNCS = 200
_SYNCS_SHORT = 20
_BLOCK = bytes(4096)
_MEMORY_FILE_SYSTEMS = ("tmpfs", "ramfs")

Facts = dict[str, object]


def facts(work: Path) -> Facts:
    """Describe the machine and the disk below `work`."""
    syncs_us = fsync_us(work, _SYNCS)
    return {
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "file_system": file_system(work),
        "fsync_p50_us": round(median(syncs_us)),
        "fsync_max_us": round(max(syncs_us)),
        "sqlite_commit_p50_us": round(sqlite_commit_us(work)),
        "load_average_before": os.getloadavg()[0],
    }


def fsync_us(folder: Path, count: int) -> list[float]:
    """Time appending 4 KiB and making it durable, as a commit does. Microseconds each."""
    path = folder / "fsync.probe"
    times = []
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(_BLOCK)
            os.fsync(file.fileno())
            times.append((time.perf_counter() - began) * 1e6)
    path.unlink()
    return times


def sqlite_commit_us(folder: Path) -> float:
    """Time a durable one-row commit in WAL mode; the median in microseconds."""
    path = folder / "commit.probe"
    times = []
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE probe (value INTEGER)")
        for number in range(_SYNCS):
            began = time.perf_counter()
            database.execute("INSERT INTO probe VALUES (?)", (number,))
            times.append((time.perf_counter() - began) * 1e6)
    path.unlink()
    return median(times)


def moment(folder: Path) -> dict[str, float]:
    """Say how the machine is just now, so that a disturbed round can be told from a slow one."""
    return {
        "machine_fsync_us": median(fsync_us(folder, _SYNCS_SHORT)),
        "machine_load_average": os.getloadavg()[0],
    }


def load_per_core() -> float:
    """Return the load average for each processor: above 1, something waits."""
    return os.getloadavg()[0] / len(os.sched_getaffinity(0))


def file_system(folder: Path) -> str:
    """Name the type of the file system that holds `folder`."""
    df = shutil.which("df")
    if df is None:
        return "unknown"
    command = [df, "--output=fstype", str(folder)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    return (answer.stdout.split() or ["unknown"])[-1]


def warnings(found: Facts) -> list[str]:
    """Say what would make the figures of this run doubtful."""
    told = []
    if found["file_system"] in _MEMORY_FILE_SYSTEMS:
        told.append("the data lie in memory: nothing is durable, the send figures mean nothing")
    load = found["load_average_before"]
    assert isinstance(load, float)
    if load > 0.5:
        told.append(f"the machine was busy before we began (load average {load:.1f})")
    return told


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0 unknown"
