"""How official money is held here. Two operators choose it, in words that everybody can read; before that there is none.

What the modes mean, and what the law asks of each, is in docs/manual/rails.md. The choice is a record: it starts no licence.
"""

from typing import Any, Final, get_args

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import proposals, store_proposals
from courtyard.wallet.model import Mode, Proposal, ProposalId

WORDS_LENGTH_MAX: Final = 1_000
MODES: Final[dict[str, Mode]] = {mode: mode for mode in get_args(Mode)}


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The mode in force, in the operators' own words, and since when."""

    mode: Mode
    words: str
    since: TimestampMs


def propose(tx: WriteTx, by: UserId, mode: str, words: str) -> Proposal:
    """Propose how official money is held.

    Args:
        words: who holds it, under which licence or exception: everybody can read this.

    Raises:
        InvalidParamError: there is no such mode, or it is not said in 1 to 1,000 characters. ForbiddenError.
    """
    if mode not in MODES or not 1 <= len(words.strip()) <= WORDS_LENGTH_MAX:
        message = "A mode is closed, agent or emoney, with 1 to 1,000 characters that say how."
        raise InvalidParamError(message)
    return proposals.propose(tx, by, "mode", mode, {"words": words.strip()})


def approve(tx: WriteTx, by: UserId, id: ProposalId) -> Chosen:
    """Put the mode in force that another operator proposed.

    Raises:
        ForbiddenError, NotFoundError, EndedError, NotIndependentError: see `proposals.approve`.
    """
    proposals.approve(tx, by, id, "mode")
    chosen = in_force(tx)
    assert chosen is not None
    return chosen


def in_force(tx: ReadTx) -> Chosen | None:
    """Return how official money is held; None: nobody has chosen."""
    found = store_proposals.last_approved(tx, "mode")
    if found is None or found.approved_at is None:
        return None
    words = msgspec.json.decode(found.body)["words"]
    return Chosen(mode=MODES[found.subject], words=words, since=found.approved_at)


def show(chosen: Chosen | None) -> dict[str, Any] | None:
    """Return the mode as everybody sees it."""
    return None if chosen is None else msgspec.to_builtins(chosen)
