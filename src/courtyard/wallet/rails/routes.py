"""HTTP for money in and out.

A refusal comes in a fixed order: who asks, JSON, shape (key, then amount, then rail, then where it goes), the key that came before, the gate,
the currency, whether the rail carries it, its largest amount, the money, the proof.
"""

import contextlib
from typing import Final

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Response

from courtyard.base.errors import NotFoundError, TooLargeError
from courtyard.base.money import Currency
from courtyard.wallet import rules
from courtyard.wallet.edge import PREFIX, Body, Db, Http, Id, Json, Who, key_of, payer_of, told
from courtyard.wallet.rails import pay
from courtyard.wallet.rails.bank import qr_svg
from courtyard.wallet.rails.errors import RailUnavailableError
from courtyard.wallet.rails.model import TxnId
from courtyard.wallet.rails.registry import rail_of
from courtyard.wallet.rails.stripe_events import take_event

EVENT_BYTES_MAX: Final = 256 * 1024


@get(f"{PREFIX}/rails")
async def get_rails(db: Db, session: Who) -> Json:
    """Return which ways carry which currency, and how official money is held."""
    del session
    return await db.read(pay.rails)


class _TopUp(msgspec.Struct):
    rail: Id
    currency: Id
    amount: object = None


@post(f"{PREFIX}/topups", status_code=200)
async def post_topup(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Announce money that is to come in; return how to pay it."""
    wish = msgspec.convert(json_body, _TopUp)
    key = key_of(request, json_body)
    amount = rules.parse_amount(wish.amount)
    rail = rail_of(wish.rail)
    made = told(
        await db.write(pay.top_up, session.user_id, key, rail, Currency(wish.currency), amount)
    )
    id = TxnId(made["id"])
    if rail.sends:
        with contextlib.suppress(RailUnavailableError):
            # The top-up is there, and `pay` is empty: the same request goes on where this one stopped.
            await rail.send(db, id)
    return made | {"pay": await db.read(pay.told, id)}


@get(f"{PREFIX}/topups/{{topup_id:str}}")
async def get_topup(db: Db, session: Who, topup_id: FromPath[str]) -> Json:
    """Return how a top-up stands, and how to pay it."""
    return await db.read(pay.get, session.user_id, "topup", TxnId(topup_id))


@get(f"{PREFIX}/topups/{{topup_id:str}}/qr")
async def get_topup_qr(db: Db, session: Who, topup_id: FromPath[str]) -> Response[bytes]:
    """Return the code that banking apps read, as an SVG picture."""
    shown = await db.read(pay.get, session.user_id, "topup", TxnId(topup_id))
    text = shown["pay"].get("epc")
    if text is None:
        message = "There is no code for this."
        raise NotFoundError(message)
    headers = {"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}
    return Response(qr_svg(text), media_type="image/svg+xml", headers=headers)


class _Payout(msgspec.Struct):
    rail: Id
    currency: Id
    amount: object = None
    account: object = None
    name: object = None
    proof: Id | None = None


@post(f"{PREFIX}/payouts", status_code=200)
async def post_payout(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Take money out."""
    wish = msgspec.convert(json_body, _Payout)
    key = key_of(request, json_body)
    amount = rules.parse_amount(wish.amount)
    rail = rail_of(wish.rail)
    payee = rail.payee(wish.account, wish.name)
    payer = payer_of(session, wish.proof)
    return told(
        await db.write(pay.pay_out, payer, key, rail, Currency(wish.currency), amount, payee)
    )


@get(f"{PREFIX}/payouts/{{payout_id:str}}")
async def get_payout(db: Db, session: Who, payout_id: FromPath[str]) -> Json:
    """Return how a payout stands."""
    return await db.read(pay.get, session.user_id, "payout", TxnId(payout_id))


@post(f"{PREFIX}/rails/stripe/events", status_code=200)
async def post_stripe_event(db: Db, request: Http) -> Json:
    """Take what Stripe tells. It has no account here: its signature says who it is."""
    body = await request.body()
    if len(body) > EVENT_BYTES_MAX:
        message = "The message is too large."
        raise TooLargeError(message)
    await db.write(take_event, body, request.headers.get("stripe-signature", ""))
    return {}


ROUTES = [
    get_rails,
    post_topup,
    get_topup,
    get_topup_qr,
    post_payout,
    get_payout,
    post_stripe_event,
]
