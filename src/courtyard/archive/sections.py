"""What other features put into an archive.

A feature keeps its folder by itself: it adds a function here, through `app`, as it does with `accounts.account.ON_DEACTIVATED`. Neither
knows the other, so nothing but plain values goes between them.
"""

from collections.abc import Callable

from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx

Pieces = tuple[list[tuple[str, bytes]], str | None]
"""Pieces of files, and where to go on (None: that was all). Pieces of one name that follow each other make one file."""

Section = Callable[[ReadTx, UserId, str | None], Pieces]
"""Called with (tx, user_id, where to go on; None to begin), again and again, each time in a short read of its own.

A name is relative to the section's folder: plain ASCII, such as `decisions.ndjson` or `proofs/d_1.tlog-proof`. One call should
return no more than a few megabytes."""

SECTIONS: dict[str, Section] = {}
"""Folder → the function that fills it. `app` adds what higher and neighbouring packages have; an empty section leaves no folder."""
