"""Which files belong to the checkout, and how a check tells what it found."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Finding(NamedTuple):
    """One thing to mend, at a place an editor can open."""

    path: str  # relative to the top of the checkout
    line: int  # from 1
    message: str

    def __str__(self) -> str:
        """Return `path:line: message`."""
        return f"{self.path}:{self.line}: {self.message}"


def files(root: Path, *patterns: str) -> list[Path]:
    """Return the files under `root` that git knows or would add, sorted, as absolute paths.

    Args:
        root: the top of a checkout.
        patterns: as `git ls-files` takes them, for example `*.py`; `*` also crosses folders.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    # A file that is deleted but not yet committed is still listed.
    return sorted(
        path for name in set(listing.split("\0")) if name and (path := root / name).is_file()
    )


def report(findings: Iterable[Finding], *, checked: str) -> int:
    """Print the findings, or one line that says all is well; return the exit status."""
    found: Sequence[Finding] = sorted(findings)
    for finding in found:
        print(finding, file=sys.stderr)
    if found:
        print(f"{checked}: {len(found)} to mend.", file=sys.stderr)
        return 1
    print(f"{checked}: all is well.")
    return 0
