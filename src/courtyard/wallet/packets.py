"""Red packets: open → finished | expired. The shares are fixed at the beginning; members of the room claim one each."""

import secrets
from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.rooms.roster import is_joined
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import ledger, rules, rules_split, store, store_people
from courtyard.wallet.announce import announce, announce_end, check_people
from courtyard.wallet.expire import take_back_due
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.guard.names import shown_to
from courtyard.wallet.model import (
    OFFER_MS,
    Intent,
    JournalId,
    Packet,
    PacketId,
    Payer,
    Share,
    Split,
)
from courtyard.wallet.once import Outcome, once

SEED_BYTES = 32
NONE = "There is no such red packet."


def make(
    tx: WriteTx,
    payer: Payer,
    key: str,
    room_id: RoomId,
    currency: Currency,
    total: int,
    count: int,
    split: Split,
) -> Outcome:
    """Put a sum into a room, in shares that its members claim.

    Raises, in this order:
        BadSplitError; KeyReusedError; RestrictedError, LimitExceededError; UnknownCurrencyError; NotInRoomError;
        InsufficientFundsError (returned and remembered); what `authorise` raises; NotAllowed.
    """
    user_id = payer.user_id
    seed = secrets.token_bytes(SEED_BYTES)
    shares = rules_split.shares(total, count, split, seed)

    def work(id: str) -> dict[str, Any]:
        permit = admit(tx, user_id, Action.PAY)
        rules.check_currency(store.currency(tx, currency))
        check_people(tx, user_id, room_id, [])
        take_back_due(tx, user_id)
        ledger.check_funds(tx, user_id, currency, total)
        packet_id = PacketId(f"p_{id}")
        intent = Intent(
            kind="packet",
            currency=currency,
            amount=total,
            payee=room_id,
            payee_name=shown_to(tx, payer, "packet", room_id),
            key=key,
        )
        authorise(tx, permit, payer, intent, journal_of(packet_id))
        packet = _make(tx, permit, packet_id, room_id, currency, shares, split, seed)
        return _show(packet, store_people.shares(tx, packet.id), tx.now_ms())

    wish: dict[str, object] = {
        "kind": "packet",
        "room_id": room_id,
        "currency": currency,
        "amount": str(total),
        "count": count,
        "split": split,
    }
    return once(tx, user_id, key, wish, work)


def journal_of(id: PacketId) -> JournalId:
    """Return the journal in which the money of a packet leaves its sender."""
    return JournalId(f"{id}.open")


def _make(
    tx: WriteTx,
    permit: Permit,
    id: PacketId,
    room_id: RoomId,
    currency: Currency,
    shares: list[int],
    split: Split,
    seed: bytes,
) -> Packet:
    source = ledger.open_account(tx, "user", permit.actor, currency)
    escrow = ledger.open_account(tx, "escrow", id, currency)
    moves = [ledger.Move(source.id, escrow.id, sum(shares))]
    ledger.transfer(tx, permit, journal_of(id), "packet", id, moves)
    now_ms = tx.now_ms()
    content: dict[str, object] = {
        "kind": "packet",
        "id": id,
        "state": "open",
        "seed_hash": rules_split.seed_hash(seed),
    }
    packet = Packet(
        id=id,
        room_id=room_id,
        sender=permit.actor,
        currency=currency,
        total=sum(shares),
        count=len(shares),
        split=split,
        seed=seed,
        escrow=escrow.id,
        state="open",
        made_at=now_ms,
        expires_at=TimestampMs(now_ms + OFFER_MS),
        ended_at=None,
        event_id=announce(tx, permit, room_id, content),
    )
    store_people.add_packet(tx, packet, shares)
    return packet


def claim(tx: WriteTx, user_id: UserId, id: PacketId) -> dict[str, Any]:
    """Take the next share. Who has one already is told of it again.

    Raises, in this order:
        NotFoundError: there is none in a room that this account is in. ExpiredError, EndedError: too late. RestrictedError.
    """
    packet = store_people.packet(tx, id)
    if packet is None:
        raise NotFoundError(NONE)
    shares = store_people.shares(tx, id)
    mine = next((share for share in shares if share.claimant == user_id), None)
    if mine is None:
        # In the same transaction as the claim: who has just left gets none.
        if not is_joined(tx, user_id, packet.room_id):
            raise NotFoundError(NONE)
        rules.check_packet_open(packet, tx.now_ms())
        permit = admit(tx, user_id, Action.RECEIVE_PAYMENT)
        free = [share for share in shares if share.claimant is None]
        mine = free[0]
        _claim(tx, permit, packet, mine, is_last=len(free) == 1)
    return {"id": id, "currency": packet.currency, "amount": str(mine.amount)}


def _claim(tx: WriteTx, permit: Permit, packet: Packet, share: Share, *, is_last: bool) -> None:
    target = ledger.open_account(tx, "user", permit.actor, packet.currency)
    moves = [ledger.Move(packet.escrow, target.id, share.amount)]
    journal = JournalId(f"{packet.id}.share{share.number}")
    ledger.transfer(tx, permit, journal, "packet_share", packet.id, moves)
    store_people.claim_share(tx, packet.id, share.number, permit.actor)
    content: dict[str, object] = {"kind": "packet", "id": packet.id, "state": "claimed"}
    announce_end(tx, permit, packet.room_id, content, packet.event_id)
    if is_last:
        store_people.end_packet(tx, packet.id, "finished")
        end = content | {"state": "finished", "seed": packet.seed.hex()}
        announce_end(tx, permit, packet.room_id, end, packet.event_id)


def get(tx: ReadTx, user_id: UserId, id: PacketId) -> dict[str, Any]:
    """Return a red packet to members of its room, to its sender, and to who has a share.

    Raises:
        NotFoundError: there is none that this account may see.
    """
    packet = store_people.packet(tx, id)
    if packet is None:
        raise NotFoundError(NONE)
    shares = store_people.shares(tx, id)
    sees = user_id == packet.sender or user_id in (share.claimant for share in shares)
    if not sees and not is_joined(tx, user_id, packet.room_id):
        raise NotFoundError(NONE)
    return _show(packet, shares, tx.now_ms())


def _show(packet: Packet, shares: list[Share], now_ms: TimestampMs) -> dict[str, Any]:
    state = rules.packet_state(packet, now_ms)
    return {
        "id": packet.id,
        "room_id": packet.room_id,
        "event_id": packet.event_id,
        "sender": packet.sender,
        "currency": packet.currency,
        "amount": str(packet.total),
        "count": packet.count,
        "split": packet.split,
        "state": state,
        "made_at": packet.made_at,
        "expires_at": packet.expires_at,
        "seed_hash": rules_split.seed_hash(packet.seed),
        # Whoever had the seed could tell what the next share is.
        "seed": None if state == "open" else packet.seed.hex(),
        "claims": [
            {
                "user_id": share.claimant,
                "number": share.number,
                "amount": str(share.amount),
                "claimed_at": share.claimed_at,
            }
            for share in shares
            if share.claimant is not None
        ],
    }
