"""Blocks: a wallet that may not pay, for one of four reasons, none of which is what somebody said.

A block names its reason, in words for the owner too, and when it is reviewed. What nobody reviewed in time has ended. Only the owner ends
what the owner began. None is ever deleted, so for longer than 18 months it can be shown who was told what.
"""

import secrets
from collections.abc import Callable
from typing import Any, Final

import msgspec

from courtyard.accounts.account import account_is_active, get_account
from courtyard.base.errors import ForbiddenError, InvalidParamError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.background import Background
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet.guard import proofs, rules, stops, store, store_arrivals, store_operators
from courtyard.wallet.guard.authorise import needed, prove
from courtyard.wallet.guard.model import (
    PAYOUT,
    REVIEW_DAYS_MAX,
    Block,
    BlockId,
    BlockReason,
)
from courtyard.wallet.guard.words import block_words
from courtyard.wallet.model import DAY_MS, Payer
from courtyard.wallet.proposals import check_operator

TELL: Final[list[Callable[[WriteTx, UserId, str, dict[str, object]], object]]] = []
"""Called with (tx, who, words, details) to tell somebody of a block or a stop. `app` adds who keeps the notices."""
SHOWN_MAX = 100
WORDS_CHARS_MAX = 1_000
NONE = "There is no such block."
BLOCK = "block wallets"
OWNERS_WORDS = "You stopped payments from this wallet yourself."
TELL_SECONDS: Final = 30.0
BATCH: Final = 50


# --- the operators' ---------------------------------------------------------------------------


def begin(
    tx: WriteTx, by: UserId, user_id: UserId, reason: BlockReason, words: str, days: int
) -> Block:
    """Stop payments from a wallet until a review.

    Args:
        words: why, for the owner to read.
        days: until the review: 1 to `REVIEW_DAYS_MAX`.

    Raises:
        ForbiddenError: `by` is no operator, or the owner. NotFoundError: nobody has this account.
        InvalidParamError: no reason for an operator, no words, or a review too far away.
    """
    check_operator(tx, by, BLOCK)
    get_account(tx, user_id)
    if by == user_id:
        raise ForbiddenError("Nobody blocks themselves as an operator: freeze your own wallet.")
    if reason == "owner_request":
        raise InvalidParamError("Only the owner freezes a wallet at the owner's wish.")
    if not words.strip() or len(words) > WORDS_CHARS_MAX:
        raise InvalidParamError(
            f"Say why, in 1 to {WORDS_CHARS_MAX} characters: the owner reads it."
        )
    made = _made(tx, user_id, reason, words.strip(), by, _review(tx, days))
    store_operators.set_block(tx, made)
    return made


def review(tx: WriteTx, by: UserId, id: BlockId, days: int) -> Block:
    """Let a block last until another review: its reason is still there.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError; EndedError: it has ended, or its review is overdue.
        InvalidParamError: the review is too far away.
    """
    found = _of_operators(tx, by, id)
    return _change(tx, found, review_at=_review(tx, days))


def end(tx: WriteTx, by: UserId, id: BlockId) -> Block:
    """End a block: its reason is gone. The owner is told.

    Raises:
        ForbiddenError: `by` is no operator, or the owner began it. NotFoundError; EndedError.
    """
    found = _of_operators(tx, by, id)
    return _change(tx, found, ended_at=tx.now_ms(), ended_by=by, told_at=None)


def newest(tx: ReadTx) -> list[Block]:
    """Return the newest blocks."""
    return store_operators.newest_blocks(tx, SHOWN_MAX)


def _of_operators(tx: ReadTx, by: UserId, id: BlockId) -> Block:
    check_operator(tx, by, BLOCK)
    found = store_operators.block(tx, id)
    if found is None:
        raise NotFoundError(NONE)
    if found.reason == "owner_request":
        raise ForbiddenError("The owner froze this wallet, and only the owner ends that.")
    if not rules.is_in_force(found, tx.now_ms()):
        raise wallet_rules.ended("ended")
    return found


def _review(tx: ReadTx, days: int) -> TimestampMs:
    if not 1 <= days <= REVIEW_DAYS_MAX:
        raise InvalidParamError(f"A block is reviewed after 1 to {REVIEW_DAYS_MAX} days.")
    return TimestampMs(tx.now_ms() + days * DAY_MS)


# --- the owner's ------------------------------------------------------------------------------


def of_owner(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return every block of somebody's own wallet, with those that have ended. Nothing can take this answer away."""
    now_ms = tx.now_ms()
    blocks = store_operators.blocks_of(tx, user_id)
    return {"blocks": [rules.show_block(block, now_ms) for block in blocks]}


def freeze(tx: WriteTx, user_id: UserId) -> dict[str, Any]:
    """Stop payments from one's own wallet, at once and without a proof. Asked again, it returns the same."""
    if not _frozen(tx, user_id):
        admit(tx, user_id, Action.PROVE)
        made = _made(tx, user_id, "owner_request", OWNERS_WORDS, user_id, None)
        store_operators.set_block(tx, msgspec.structs.replace(made, told_at=tx.now_ms()))
    return of_owner(tx, user_id)


def unfreeze(tx: WriteTx, payer: Payer, key: str, *, by_password: bool) -> dict[str, Any]:
    """Let one's own wallet pay again. Asked again, it returns the same.

    Raises:
        LimitExceededError. ProofNeededError: there is none; the password alone is enough only where there is no factor.
    """
    who = payer.user_id
    frozen = _frozen(tx, who)
    if frozen:
        admit(tx, who, Action.PROVE)
        if not by_password:
            prove(tx, payer, proofs.act_of(tx, who, "unfreeze", who, key))
        elif store.pin(tx, who) is not None or store.passkeys(tx, who):
            raise needed(tx, who, "always")
    for block in frozen:
        _change(tx, block, ended_at=tx.now_ms(), ended_by=who)
    return of_owner(tx, who)


def _frozen(tx: ReadTx, user_id: UserId) -> list[Block]:
    mine = store_operators.open_blocks(tx, user_id)
    return [block for block in mine if block.reason == "owner_request"]


def _made(
    tx: WriteTx,
    user_id: UserId,
    reason: BlockReason,
    words: str,
    by: UserId,
    review_at: TimestampMs | None,
) -> Block:
    return Block(
        id=BlockId(f"b_{secrets.token_hex(8)}"),
        user_id=user_id,
        reason=reason,
        words=words,
        begun_by=by,
        begun_at=tx.now_ms(),
        review_at=review_at,
        ended_at=None,
        ended_by=None,
        told_at=None,
    )


def _change(tx: WriteTx, block: Block, **changes: object) -> Block:
    changed = msgspec.structs.replace(block, **changes)
    store_operators.set_block(tx, changed)
    return changed


def check_payout(tx: ReadTx, user_id: UserId) -> None:
    """Say whether somebody's money may be paid out, where they cannot ask for it themselves.

    Raises:
        BlockedError: not now, for security or by a court.
    """
    rules.check_blocks(store_operators.open_blocks(tx, user_id), PAYOUT, tx.now_ms())


# --- telling ----------------------------------------------------------------------------------


class Teller(Background):
    """Tells of blocks and stops. They are begun beside the running server, so it looks for itself."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__("wallet teller", "wallet_tell_failed", trouble_seconds=TELL_SECONDS)

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over."""

        async def work() -> float:
            # Asked first: a look without a reason must not occupy the writer.
            while await db.read(_is_untold):
                await db.write(tell_some)
            return TELL_SECONDS

        self.begin(work)


def _is_untold(tx: ReadTx) -> bool:
    return bool(store_operators.untold_blocks(tx, 1) or store_arrivals.untold_stops(tx, 1))


def tell_some(tx: WriteTx) -> None:
    """Tell the owners of a batch of blocks, and both sides of stopped payments, once of each begin and each end."""
    for who, words, told in stops.tell_some(tx, BATCH):
        for tell in TELL:
            tell(tx, who, words, told)
    now_ms = tx.now_ms()
    for block in store_operators.untold_blocks(tx, BATCH):
        if account_is_active(tx, block.user_id):
            details: dict[str, object] = {"org.courtyard.block": rules.show_block(block, now_ms)}
            for tell in TELL:
                tell(tx, block.user_id, block_words(block), details)
        store_operators.note_told(tx, block, now_ms)
