"""What somebody can prove with: a PIN and passkeys; how they are set, and what follows when that was by the password alone."""

import secrets
from typing import Any

from courtyard.accounts.password import hash_password, password_matches
from courtyard.accounts.throttle import Throttle
from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.limits import PIN
from courtyard.gate.model import Action
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.errors import WalletError
from courtyard.wallet.guard import passkeys, proofs, rules, rules_pin, store, store_arrivals
from courtyard.wallet.guard.authorise import prove
from courtyard.wallet.guard.errors import BadPasskeyError, WrongProofError
from courtyard.wallet.guard.model import COOL_DOWN_MS, PROOF_MS, Passkey, Pin, ProofId
from courtyard.wallet.guard.pepper import Pepper
from courtyard.wallet.model import Payer

PASSKEYS_MAX = 10
NAME_CHARS_MAX = 100


def get(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return what somebody can prove with."""
    pin = store.pin(tx, user_id)
    until = store.cool_down(tx, user_id)
    return {
        "pin": None if pin is None else _show_pin(pin),
        "passkeys": [_show_passkey(one) for one in store.passkeys(tx, user_id)],
        "cool_down_until": until if until is not None and tx.now_ms() < until else None,
    }


def _show_pin(pin: Pin) -> dict[str, Any]:
    left = rules.tries_left(pin)
    return {"set_at": pin.set_at, "tries_left": left, "locked": left <= 0}


def _show_passkey(one: Passkey) -> dict[str, Any]:
    return {"id": one.id, "name": one.name, "made_at": one.made_at, "used_at": one.used_at}


# --- answering a challenge ----------------------------------------------------------------------


async def answer_by_pin(
    db: Database, user_id: UserId, id: ProofId, given: object
) -> dict[str, Any]:
    """Answer a challenge with the PIN. It is hashed outside of the writer, like a password.

    Raises, in this order:
        BadPinError: it is no PIN at all, and does not count as a try. NotFoundError, EndedError, ExpiredError: the challenge.
        FactorLockedError; LimitExceededError; WrongProofError: counted.
    """
    pin = rules_pin.check_shape(given)
    now_ms = db.world.clock.now_ms()
    proof = await db.read(proofs.open_proof, user_id, id, now_ms)
    if proof.answered_at is not None:
        return proofs.show(proof, now_ms)
    kept = await db.read(store.pin, user_id)
    if kept is None or rules.tries_left(kept) <= 0:
        raise proofs.locked()
    world = db.world
    world.memory(Throttle).spend(world.settings, PIN, user_id, now_ms)
    mixed = world.memory(Pepper).mix(user_id, pin)
    is_right = await password_matches(db, kept.hash, mixed)
    told = await db.write(proofs.note_pin, user_id, id, kept.hash, is_right=is_right)
    if isinstance(told, WalletError):
        raise told
    return told


async def answer_by_passkey(
    db: Database, user_id: UserId, id: ProofId, credential: object
) -> dict[str, Any]:
    """Answer a challenge with what a passkey signed. Its challenge is the proof's digest.

    Raises, in this order:
        NotFoundError, EndedError, ExpiredError: the challenge. WrongProofError: it is not right.
    """
    now_ms = db.world.clock.now_ms()
    proof = await db.read(proofs.open_proof, user_id, id, now_ms)
    if proof.answered_at is not None:
        return proofs.show(proof, now_ms)
    known = {one.id: one for one in await db.read(store.passkeys, user_id)}
    named = credential.get("id") if isinstance(credential, dict) else None
    passkey = known.get(named) if isinstance(named, str) else None
    if passkey is None:
        message = "This passkey is not known here."
        raise WrongProofError(message)
    count = await passkeys.check_assertion(db, credential, proof.digest, passkey)
    return await db.write(proofs.note_passkey, user_id, id, passkey.id, count)


# --- setting and forgetting ---------------------------------------------------------------------


async def hash_pin(db: Database, user_id: UserId, pin: str) -> str:
    """Return what is stored for a PIN."""
    return await hash_password(db, db.world.memory(Pepper).mix(user_id, pin))


def _shown_by(tx: WriteTx, payer: Payer, act: str, key: str, *, by_password: bool) -> None:
    """Note how somebody showed that the wallet is theirs: by a proof, or by the account's password.

    A password alone may be in wrong hands. So where there was a factor already, payouts and new payees wait from then on.
    """
    who = payer.user_id
    admit(tx, who, Action.PROVE)
    if not by_password:
        prove(tx, payer, proofs.act_of(tx, who, act, who, key))
    elif store.pin(tx, who) is not None or store.passkeys(tx, who):
        store.set_cool_down(tx, who, TimestampMs(tx.now_ms() + COOL_DOWN_MS))


def set_pin(tx: WriteTx, payer: Payer, hash: str, key: str, *, by_password: bool) -> dict[str, Any]:
    """Set a PIN in place of the one before. This opens a locked one.

    Raises:
        LimitExceededError. ProofNeededError: it is shown by neither.
    """
    _shown_by(tx, payer, "pin", key, by_password=by_password)
    store.set_pin(tx, Pin(user_id=payer.user_id, hash=hash, set_at=tx.now_ms(), wrong=0))
    return get(tx, payer.user_id)


def begin_passkey(tx: WriteTx, user_id: UserId) -> tuple[str, bytes, list[str]]:
    """Make the challenge with which a passkey is made; return (id, challenge, the passkeys that there are).

    Raises:
        LimitExceededError.
    """
    admit(tx, user_id, Action.PROVE)
    id, challenge = f"e_{secrets.token_hex(12)}", secrets.token_bytes(32)
    store.add_enrolment(tx, id, user_id, challenge, tx.now_ms() + PROOF_MS)
    return id, challenge, [one.id for one in store.passkeys(tx, user_id)]


def challenge_of(tx: ReadTx, user_id: UserId, enrolment: str) -> bytes:
    """Return the challenge with which a passkey is being made.

    Raises:
        NotFoundError: there is none, or its time is over.
    """
    found = store.enrolment(tx, user_id, enrolment, tx.now_ms())
    if found is None:
        message = "Nobody is making a passkey under this id, or its time is over."
        raise NotFoundError(message)
    return found


def add_passkey(
    tx: WriteTx,
    payer: Payer,
    enrolment: str,
    made: tuple[str, bytes, int],
    name: str,
    key: str,
    *,
    by_password: bool,
) -> dict[str, Any]:
    """Keep a passkey.

    Args:
        made: (credential id, public key, counter), as they were checked.

    Raises, in this order:
        LimitExceededError; NotFoundError: the challenge was used meanwhile; ProofNeededError; BadPasskeyError: there are too many,
        or it is known.
    """
    who = payer.user_id
    challenge_of(tx, who, enrolment)
    _shown_by(tx, payer, "passkey", key, by_password=by_password)
    if len(store.passkeys(tx, who)) >= PASSKEYS_MAX:
        raise BadPasskeyError(f"A wallet has {PASSKEYS_MAX} passkeys at the most.")
    id, public_key, sign_count = made
    passkey = Passkey(
        id=id,
        user_id=who,
        public_key=public_key,
        sign_count=sign_count,
        name=name,
        made_at=tx.now_ms(),
        used_at=None,
    )
    if not store.add_passkey(tx, passkey):
        message = "This passkey is known already."
        raise BadPasskeyError(message)
    store.end_enrolment(tx, who)
    return get(tx, who)


def drop_passkey(
    tx: WriteTx, payer: Payer, id: str, key: str, *, by_password: bool
) -> dict[str, Any]:
    """Forget a passkey, as when its device is lost.

    Raises, in this order:
        LimitExceededError; ProofNeededError; NotFoundError: there is none.
    """
    _shown_by(tx, payer, "passkey", key, by_password=by_password)
    if not store.drop_passkey(tx, payer.user_id, id):
        message = "There is no such passkey."
        raise NotFoundError(message)
    return get(tx, payer.user_id)


def parse_name(name: object) -> str:
    """Read what a passkey is called.

    Raises:
        InvalidParamError: it is no short text.
    """
    if not isinstance(name, str) or len(name) > NAME_CHARS_MAX:
        message = f"The name of a passkey has at most {NAME_CHARS_MAX} characters."
        raise InvalidParamError(message)
    return name


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Forget how an account that ends proved who it was, and what it had set. Its money and its history stay in the ledger."""
    del erase
    store.forget(tx, user_id)
    store_arrivals.forget_delay(tx, user_id)
