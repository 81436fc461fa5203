"""Money that nobody took goes back the way it came, and money that was on its way arrives.

When it does follows from the clock. The sweeper moves it soon after; if somebody wants to spend it before that, it is moved then
(`take_back_due`). Either may run twice: the second finds nothing, and the journal's id could not be written twice.
"""

from courtyard.base.ids import UserId
from courtyard.gate.admit import Permit, admit
from courtyard.gate.model import Action
from courtyard.storage.tx import WriteTx
from courtyard.wallet import ledger, store, store_people
from courtyard.wallet.announce import announce_end
from courtyard.wallet.model import JournalId, Offer, OfferState, Packet


def take_back_due(tx: WriteTx, user_id: UserId) -> None:
    """Give somebody back what is due to come back to them, and what has arrived for them."""
    now_ms = tx.now_ms()
    if not store_people.is_due(tx, user_id, now_ms):
        return
    for offer in store_people.arrivals_of(tx, user_id, now_ms):
        arrive(tx, offer)
    for offer in store_people.due_offers_of(tx, user_id, now_ms):
        expire_offer(tx, offer)
    for packet in store_people.due_packets_of(tx, user_id, now_ms):
        expire_packet(tx, packet)


def arrive(tx: WriteTx, offer: Offer) -> None:
    """Let a payment arrive whose delay is over. Its recipient had said yes before, so nobody is asked again."""
    permit = admit(tx, offer.recipient, Action.SETTLE_PAYMENT)
    target = ledger.open_account(tx, "user", offer.recipient, offer.currency)
    ledger.transfer(
        tx,
        permit,
        JournalId(f"{offer.id}.arrived"),
        "transfer_received",
        offer.id,
        [ledger.Move(offer.escrow, target.id, offer.amount)],
    )
    end_offer(tx, permit, offer, "accepted")


def end_offer(tx: WriteTx, permit: Permit, offer: Offer, state: OfferState) -> None:
    """Note how a payment in a chat ended, and tell its room in the name of whoever ended it."""
    store_people.end_offer(tx, offer.id, state)
    content: dict[str, object] = {"kind": "transfer", "id": offer.id, "state": state}
    announce_end(tx, permit, offer.room_id, content, offer.event_id)


def expire_offer(tx: WriteTx, offer: Offer) -> None:
    """Give back a payment in a chat that nobody accepted in time."""
    permit = admit(tx, offer.sender, Action.SETTLE_PAYMENT)
    back = ledger.open_account(tx, "user", offer.sender, offer.currency)
    ledger.transfer(
        tx,
        permit,
        JournalId(f"{offer.id}.expire"),
        "transfer_returned",
        offer.id,
        [ledger.Move(offer.escrow, back.id, offer.amount)],
    )
    end_offer(tx, permit, offer, "expired")


def expire_packet(tx: WriteTx, packet: Packet) -> None:
    """Give back what nobody claimed of a red packet, and tell its seed."""
    permit = admit(tx, packet.sender, Action.SETTLE_PAYMENT)
    back = ledger.open_account(tx, "user", packet.sender, packet.currency)
    rest = store.account(tx, packet.escrow).posted
    ledger.transfer(
        tx,
        permit,
        JournalId(f"{packet.id}.expire"),
        "packet_returned",
        packet.id,
        [ledger.Move(packet.escrow, back.id, rest)],
    )
    store_people.end_packet(tx, packet.id, "expired")
    content: dict[str, object] = {
        "kind": "packet",
        "id": packet.id,
        "state": "expired",
        "seed": packet.seed.hex(),
    }
    announce_end(tx, permit, packet.room_id, content, packet.event_id)
