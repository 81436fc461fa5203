"""HTTP for one's own money, and for money between people.

Everything that moves money needs a key that the client made, as the header `Idempotency-Key` or the member `key`. A refusal comes in a
fixed order: who asks, JSON, shape (key, then amount, then how it is split), the key that came before, the gate, the currency, the
room, the recipient, the money, the proof. What takes money from the account may name its proof as the member `proof` (`guard`).
"""

from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery
from msgspec import Meta

from courtyard.base.ids import RoomId, UserId
from courtyard.base.money import Currency
from courtyard.wallet import offers, packets, read, requests, rules, rules_split
from courtyard.wallet.edge import PREFIX, Body, Db, Http, Id, Json, Who, key_of, payer_of, told
from courtyard.wallet.model import OfferId, PacketId, RequestId, Split

# --- one's own --------------------------------------------------------------------------------


@get(f"{PREFIX}/currencies")
async def get_currencies(db: Db, session: Who) -> Json:
    """Return the currencies of this server."""
    del session
    return await db.read(read.currencies)


@get(f"{PREFIX}/balance")
async def get_balance(db: Db, session: Who) -> Json:
    """Return what the account has."""
    return await db.read(read.balance, session.user_id)


@get(f"{PREFIX}/history/{{currency:str}}")
async def get_history(
    db: Db,
    session: Who,
    currency: FromPath[str],
    start: FromQuery[str | None] = None,
    limit: FromQuery[str | None] = None,
) -> Json:
    """Return the account's entries in a currency, the newest first."""
    before, count = read.parse_page(start, limit)
    found, next = await db.read(read.history, session.user_id, currency, before, count)
    page: Json = {"entries": [read.show_line(line) for line in found]}
    return page if next is None else page | {"next": str(next)}


# --- a payment in a chat ----------------------------------------------------------------------


class _Transfer(msgspec.Struct):
    room_id: Id
    to: Id
    currency: Id
    amount: object = None


@post(f"{PREFIX}/transfers", status_code=200)
async def post_transfer(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Offer money to somebody in a room."""
    wish = msgspec.convert(json_body, _Transfer)
    key = key_of(request, json_body)
    amount = rules.parse_amount(wish.amount)
    made = await db.write(
        offers.make,
        payer_of(session, json_body.get("proof")),
        key,
        RoomId(wish.room_id),
        UserId(wish.to),
        Currency(wish.currency),
        amount,
    )
    return told(made)


@get(f"{PREFIX}/transfers/{{transfer_id:str}}")
async def get_transfer(db: Db, session: Who, transfer_id: FromPath[str]) -> Json:
    """Return a payment in a chat, to either side."""
    return await db.read(offers.get, session.user_id, OfferId(transfer_id))


@post(f"{PREFIX}/transfers/{{transfer_id:str}}/accept", status_code=200)
async def post_transfer_accept(db: Db, session: Who, transfer_id: FromPath[str]) -> Json:
    """Take a payment that was offered."""
    return await db.write(offers.accept, session.user_id, OfferId(transfer_id))


@post(f"{PREFIX}/transfers/{{transfer_id:str}}/decline", status_code=200)
async def post_transfer_decline(db: Db, session: Who, transfer_id: FromPath[str]) -> Json:
    """Give a payment back."""
    return await db.write(offers.decline, session.user_id, OfferId(transfer_id))


@post(f"{PREFIX}/transfers/{{transfer_id:str}}/recall", status_code=200)
async def post_transfer_recall(db: Db, session: Who, transfer_id: FromPath[str]) -> Json:
    """Ask for a payment back that is on its way."""
    return await db.write(offers.recall, session.user_id, OfferId(transfer_id))


# --- red packets ------------------------------------------------------------------------------


class _Packet(msgspec.Struct):
    room_id: Id
    currency: Id
    count: int
    split: Split = "lucky"
    amount: object = None


@post(f"{PREFIX}/packets", status_code=200)
async def post_packet(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Put a sum into a room, in shares that its members claim."""
    wish = msgspec.convert(json_body, _Packet)
    key = key_of(request, json_body)
    total = rules.parse_amount(wish.amount)
    rules_split.check_count(wish.count)
    made = await db.write(
        packets.make,
        payer_of(session, json_body.get("proof")),
        key,
        RoomId(wish.room_id),
        Currency(wish.currency),
        total,
        wish.count,
        wish.split,
    )
    return told(made)


@get(f"{PREFIX}/packets/{{packet_id:str}}")
async def get_packet(db: Db, session: Who, packet_id: FromPath[str]) -> Json:
    """Return a red packet and who claimed what."""
    return await db.read(packets.get, session.user_id, PacketId(packet_id))


@post(f"{PREFIX}/packets/{{packet_id:str}}/claim", status_code=200)
async def post_packet_claim(db: Db, session: Who, packet_id: FromPath[str]) -> Json:
    """Take a share."""
    return await db.write(packets.claim, session.user_id, PacketId(packet_id))


# --- requests ---------------------------------------------------------------------------------


class _Among(msgspec.Struct):
    user_id: Id
    weight: int = 1


class _Request(msgspec.Struct):
    room_id: Id
    currency: Id
    among: Annotated[list[_Among], Meta(max_length=1_000)]
    remind: bool = True
    amount: object = None


@post(f"{PREFIX}/requests", status_code=200)
async def post_request(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Ask members of a room for money, or for their parts of a bill."""
    wish = msgspec.convert(json_body, _Request)
    key = key_of(request, json_body)
    total = rules.parse_amount(wish.amount)
    made = await db.write(
        requests.make,
        session.user_id,
        key,
        RoomId(wish.room_id),
        Currency(wish.currency),
        total,
        [(UserId(one.user_id), one.weight) for one in wish.among],
        remind=wish.remind,
    )
    return told(made)


@get(f"{PREFIX}/requests/{{request_id:str}}")
async def get_request(db: Db, session: Who, request_id: FromPath[str]) -> Json:
    """Return a request and who has paid."""
    return await db.read(requests.get, session.user_id, RequestId(request_id))


@post(f"{PREFIX}/requests/{{request_id:str}}/pay", status_code=200)
async def post_request_pay(
    db: Db, session: Who, json_body: Body, request: Http, request_id: FromPath[str]
) -> Json:
    """Pay one's part."""
    key = key_of(request, json_body)
    payer = payer_of(session, json_body.get("proof"))
    return told(await db.write(requests.pay, payer, key, RequestId(request_id)))


@post(f"{PREFIX}/requests/{{request_id:str}}/cancel", status_code=200)
async def post_request_cancel(db: Db, session: Who, request_id: FromPath[str]) -> Json:
    """Want no more of what is not paid yet."""
    return await db.write(requests.cancel, session.user_id, RequestId(request_id))


ROUTES = [
    get_currencies,
    get_balance,
    get_history,
    post_transfer,
    get_transfer,
    post_transfer_accept,
    post_transfer_decline,
    post_transfer_recall,
    post_packet,
    get_packet,
    post_packet_claim,
    post_request,
    get_request,
    post_request_pay,
    post_request_cancel,
]
