"""HTTP for who pays: proofs, PIN, passkeys, payees, blocks, closing.

A refusal comes in a fixed order: who asks, JSON, shape (key, then amount, then the rest), a limit on tries, the currency, the payee, the
block, the waiting time, the day's limit, the proof.
"""

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath

from courtyard.accounts import uia
from courtyard.accounts.model import Session
from courtyard.accounts.request import client_address
from courtyard.base.errors import InvalidParamError
from courtyard.base.money import Currency
from courtyard.storage.database import Database
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet.edge import PREFIX, Body, Db, Http, Id, Json, Who, payer_of
from courtyard.wallet.guard import (
    blocks,
    closing,
    delays,
    factors,
    passkeys,
    payees,
    proofs,
    rules_arrivals,
    rules_pin,
    store,
)
from courtyard.wallet.guard.model import ACTS, ProofId
from courtyard.wallet.model import Payer


async def _key_or_password(
    db: Database, session: Session, request: Http, body: dict[str, object], operation: str
) -> tuple[Payer, str, bool]:
    """Read how an owner shows that the wallet is theirs; return (payer, key of the proof, whether it was the password).

    Raises:
        BadKeyError, InvalidParamError: the proof's key or id. AuthRequiredError: no proof is named, so the password is asked for.
    """
    payer = payer_of(session, body.get("proof"))
    if payer.proof is not None:
        return payer, wallet_rules.parse_key(body.get("key")), False
    await uia.complete(
        db,
        body.get("auth"),
        operation=operation,
        user_id=session.user_id,
        ip=client_address(request.scope, db.world.settings),
    )
    return payer, "", True


# --- proofs -----------------------------------------------------------------------------------


class _Intent(msgspec.Struct):
    kind: Id
    payee: Id
    currency: Id = ""
    amount: object = None


@post(f"{PREFIX}/proofs", status_code=200)
async def post_proof(db: Db, session: Who, json_body: Body) -> Json:
    """Say whether a payment needs a proof, and make the challenge for it."""
    wish = msgspec.convert(json_body, _Intent)
    key = wallet_rules.parse_key(json_body.get("key"))
    amount = 0 if wish.kind in ACTS else wallet_rules.parse_amount(wish.amount)
    payer = payer_of(session, None)
    made: Json = await db.write(
        proofs.begin, payer, wish.kind, Currency(wish.currency), amount, wish.payee, key
    )
    if made["needed"] and "passkey" in made["methods"]:
        known = [one.id for one in await db.read(store.passkeys, session.user_id)]
        digest = bytes.fromhex(made["digest"])
        made["passkey"] = passkeys.request_options(db.world.settings, digest, known)
    return made


@post(f"{PREFIX}/proofs/{{proof_id:str}}/answer", status_code=200)
async def post_proof_answer(db: Db, session: Who, json_body: Body, proof_id: FromPath[str]) -> Json:
    """Answer a challenge with the PIN or a passkey."""
    method, id = json_body.get("method"), ProofId(proof_id)
    if method == "pin":
        return await factors.answer_by_pin(db, session.user_id, id, json_body.get("pin"))
    if method == "passkey":
        credential = json_body.get("credential")
        return await factors.answer_by_passkey(db, session.user_id, id, credential)
    message = "`method` is pin or passkey."
    raise InvalidParamError(message)


# --- factors ----------------------------------------------------------------------------------


@get(f"{PREFIX}/factors")
async def get_factors(db: Db, session: Who) -> Json:
    """Return what the account can prove with."""
    return await db.read(factors.get, session.user_id)


@put(f"{PREFIX}/pin")
async def put_pin(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Set the PIN, with a proof or the account's password."""
    pin = rules_pin.check_new_pin(json_body.get("pin"))
    shown = await _key_or_password(db, session, request, json_body, f"PUT {PREFIX}/pin")
    payer, key, by_password = shown
    hashed = await factors.hash_pin(db, session.user_id, pin)
    return await db.write(factors.set_pin, payer, hashed, key, by_password=by_password)


@post(f"{PREFIX}/passkeys/options", status_code=200)
async def post_passkey_options(db: Db, session: Who, json_body: Body) -> Json:
    """Return what the browser makes a passkey from."""
    del json_body
    id, challenge, known = await db.write(factors.begin_passkey, session.user_id)
    made = passkeys.creation_options(db.world.settings, session.user_id, challenge, known)
    return {"enrolment": id, "options": made}


class _Passkey(msgspec.Struct):
    enrolment: Id
    credential: dict[str, object]


@post(f"{PREFIX}/passkeys", status_code=200)
async def post_passkey(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Keep a passkey that the browser made, with a proof or the account's password."""
    wish = msgspec.convert(json_body, _Passkey)
    name = factors.parse_name(json_body.get("name", ""))
    challenge = await db.read(factors.challenge_of, session.user_id, wish.enrolment)
    made = await passkeys.check_attestation(db, wish.credential, challenge)
    operation = f"POST {PREFIX}/passkeys {wish.enrolment}"
    payer, key, by_password = await _key_or_password(db, session, request, json_body, operation)
    return await db.write(
        factors.add_passkey, payer, wish.enrolment, made, name, key, by_password=by_password
    )


@post(f"{PREFIX}/passkeys/{{passkey_id:str}}/forget", status_code=200)
async def post_passkey_forget(
    db: Db, session: Who, json_body: Body, request: Http, passkey_id: FromPath[str]
) -> Json:
    """Forget a passkey, with a proof or the account's password."""
    operation = f"POST {PREFIX}/passkeys/{passkey_id}/forget"
    payer, key, by_password = await _key_or_password(db, session, request, json_body, operation)
    return await db.write(factors.drop_passkey, payer, passkey_id, key, by_password=by_password)


# --- payees -----------------------------------------------------------------------------------


@get(f"{PREFIX}/payees")
async def get_payees(db: Db, session: Who) -> Json:
    """Return whom the account trusts."""
    return await db.read(payees.get, session.user_id)


@put(f"{PREFIX}/payees/{{payee:str}}")
async def put_payee(db: Db, session: Who, json_body: Body, payee: FromPath[str]) -> Json:
    """Trust somebody, with a proof."""
    key = wallet_rules.parse_key(json_body.get("key"))
    return await db.write(payees.trust, payer_of(session, json_body.get("proof")), payee[:255], key)


@delete(f"{PREFIX}/payees/{{payee:str}}", status_code=200)
async def delete_payee(db: Db, session: Who, payee: FromPath[str]) -> Json:
    """Trust somebody no more."""
    return await db.write(payees.distrust, session.user_id, payee[:255])


# --- how long payments take to arrive -----------------------------------------------------------


@get(f"{PREFIX}/arrival-delay")
async def get_arrival_delay(db: Db, session: Who) -> Json:
    """Return how long the account's payments in chats take to arrive."""
    return await db.read(delays.get, session.user_id)


@put(f"{PREFIX}/arrival-delay")
async def put_arrival_delay(db: Db, session: Who, json_body: Body) -> Json:
    """Set how long the account's payments in chats take to arrive. Less begins after the time that was in force."""
    delay_ms = rules_arrivals.parse_delay(json_body.get("delay_ms"))
    return await db.write(delays.choose, session.user_id, delay_ms)


# --- blocks and closing -----------------------------------------------------------------------


@get(f"{PREFIX}/blocks")
async def get_blocks(db: Db, session: Who) -> Json:
    """Return every block of the account's wallet."""
    return await db.read(blocks.of_owner, session.user_id)


@post(f"{PREFIX}/freeze", status_code=200)
async def post_freeze(db: Db, session: Who, json_body: Body) -> Json:
    """Stop payments from one's own wallet."""
    del json_body
    return await db.write(blocks.freeze, session.user_id)


@post(f"{PREFIX}/unfreeze", status_code=200)
async def post_unfreeze(db: Db, session: Who, json_body: Body, request: Http) -> Json:
    """Let one's own wallet pay again, with a proof; with the account's password where there is neither PIN nor passkey."""
    operation = f"POST {PREFIX}/unfreeze"
    payer, key, by_password = await _key_or_password(db, session, request, json_body, operation)
    return await db.write(blocks.unfreeze, payer, key, by_password=by_password)


@post(f"{PREFIX}/close", status_code=200)
async def post_close(db: Db, session: Who, json_body: Body) -> Json:
    """Close one's empty account in a currency."""
    wish = msgspec.convert(json_body, _Close)
    return await db.write(closing.close, session.user_id, wish.currency)


class _Close(msgspec.Struct):
    currency: Id


ROUTES = [
    post_proof,
    post_proof_answer,
    get_factors,
    put_pin,
    post_passkey_options,
    post_passkey,
    post_passkey_forget,
    get_payees,
    put_payee,
    delete_payee,
    get_arrival_delay,
    put_arrival_delay,
    get_blocks,
    post_freeze,
    post_unfreeze,
    post_close,
]
