"""What this server does not meet, now. Each gap is a name with its numbers; the pages put it into words.

A server that says where it falls short can be believed about the rest. So nobody writes this list: it follows from how the server
stands.
"""

from typing import Final

import msgspec

from courtyard.conduct.rules_ladder import PANEL_SIZE
from courtyard.conduct.rules_leaf import SEALED_BELOW

BEHIND_MS: Final = 5 * 60_000
"""Entries wait for this long without a new checkpoint, and the log is behind."""
STALE_MS: Final = 48 * 3_600_000
"""A checkpoint that is older than this says that the log has stopped."""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """How the server stands.

    Attributes:
        entries, published: of the log; None: nothing is published.
        dated_at_ms: when the newest checkpoint was dated.
        witnesses, cosigned: how many are asked, and how many have cosigned the newest checkpoint.
        overdue: appeals that nobody has answered in time.
        hidden: legal requests that an order keeps from the public now.
        not_told: legal requests that were answered, and those whom they concern were not told although they may be.
        sealed: decisions of which the log says only that there was one.
    """

    now_ms: int
    staff: int
    accounts: int
    is_halted: bool
    entries: int
    published: int | None
    dated_at_ms: int
    witnesses: int
    cosigned: int
    has_mail: bool
    has_contact: bool
    overdue: int
    hidden: int
    not_told: int
    sealed: int


class Gap(msgspec.Struct, frozen=True):
    """Something that is not met: its name, and its number where it has one."""

    name: str
    count: int | None = None


PANEL_STAFF: Final = PANEL_SIZE + 2
"""Two decide on a block, and three others have to confirm it."""


def gaps(now: Situation) -> list[Gap]:
    """Return everything that is not met now, what weighs most first."""
    behind = now.entries > (now.published or 0) and now.now_ms > now.dated_at_ms + BEHIND_MS
    rows = [
        (now.is_halted, Gap("log_halted")),
        (now.now_ms > now.dated_at_ms + STALE_MS, Gap("log_stale")),
        (behind, Gap("log_behind", now.entries - (now.published or 0))),
        (now.overdue > 0, Gap("appeals_overdue", now.overdue)),
        (now.hidden > 0, Gap("legal_hidden", now.hidden)),
        (now.not_told > 0, Gap("legal_not_told", now.not_told)),
        (now.staff == 0, Gap("no_staff")),
        (now.staff == 1, Gap("one_operator")),
        (now.staff == 1, Gap("legal_alone")),
        (now.staff == 1, Gap("no_peer_exchange")),
        (now.staff == 2, Gap("two_staff")),
        (2 < now.staff < PANEL_STAFF, Gap("no_panel", now.staff)),
        (now.witnesses == 0, Gap("no_witness")),
        (now.cosigned < now.witnesses, Gap("witness_missing", now.witnesses - now.cosigned)),
        (now.accounts < SEALED_BELOW, Gap("sealed_log", now.accounts)),
        (now.sealed > 0, Gap("not_in_dsa", now.sealed)),
        (not now.has_mail, Gap("no_mail")),
        (not now.has_contact, Gap("no_contact")),
    ]
    return [gap for is_there, gap in rows if is_there]
