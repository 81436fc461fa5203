"""A person looks at what they are asked for, says yes or no, and takes a yes back whenever they like."""

from typing import Any

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet.consents import rules, show, store, tell
from courtyard.wallet.consents.ask import NONE, known
from courtyard.wallet.consents.errors import TooManyConsentsError
from courtyard.wallet.consents.model import OPEN_MAX, Consent
from courtyard.wallet.guard.authorise import authorise
from courtyard.wallet.model import Intent, JournalId, Payer
from courtyard.wallet.once import Outcome, once
from courtyard.wallet.shops import merchants, settle

PAGE_MAX = 100


def see(tx: ReadTx, user_id: UserId, link: str) -> dict[str, Any]:
    """Return what a link asks for. When somebody has answered, to them alone.

    Raises:
        NotFoundError: there is nothing for this account.
    """
    return show.to_person(tx, _shown_to(tx, user_id, link))


def _shown_to(tx: ReadTx, user_id: UserId, link: str) -> Consent:
    found = store.by_link(tx, link)
    if found is None or user_id != (found.user_id or found.asked_of or user_id):
        raise NotFoundError(NONE)
    return found


def grant(tx: WriteTx, payer: Payer, key: str, link: str) -> Outcome:
    """Say yes.

    Raises, in this order:
        KeyReusedError; RestrictedError, LimitExceededError; NotFoundError; ExpiredError, EndedError (returned and remembered);
        MerchantClosedError; TooManyConsentsError; what `authorise` wants.
    """

    def work(_id: str) -> dict[str, Any]:
        permit = admit(tx, payer.user_id, Action.PAY)
        found = _shown_to(tx, payer.user_id, link)
        check_pending(found, tx.now_ms())
        merchant = show.shop_of(tx, found)
        settle.check_takes(tx, merchant)
        now_ms = tx.now_ms()
        mine = [
            one for one in store.granted(tx, payer.user_id)
            if rules.state_of(one, now_ms) == "granted"
        ]  # fmt: skip
        if len(mine) >= OPEN_MAX:
            message = f"An account has at most {OPEN_MAX} consents at a time. Revoke one of them."
            raise TooManyConsentsError(message)
        intent = Intent(
            kind="consent",
            currency=found.currency,
            amount=found.amount,
            payee=merchant.id,
            payee_name=merchants.payee_name(merchant),
            key=key,
        )
        authorise(tx, permit, payer, intent, JournalId(f"{found.id}.grant"))
        store.grant(tx, found.id, payer.user_id, payer.device_id)
        after = known(tx, found.id)
        tell.tell(tx, after, "consent.granted")
        return show.to_person(tx, after)

    return once(tx, payer.user_id, key, {"kind": "consent", "link": link}, work)


def check_pending(consent: Consent, now_ms: TimestampMs) -> None:
    """Say whether a wish can still be answered.

    Raises:
        ExpiredError, EndedError: it cannot.
    """
    state = rules.state_of(consent, now_ms)
    if state in ("lapsed", "expired"):
        raise wallet_rules.expired()
    if state != "pending":
        raise wallet_rules.ended(state)


def refuse(tx: WriteTx, user_id: UserId, link: str) -> dict[str, Any]:
    """Say no. Asked again, it returns the same.

    Raises, in this order:
        NotFoundError; ExpiredError, EndedError: it was answered otherwise, or nobody waits for it any more.
    """
    found = _shown_to(tx, user_id, link)
    if found.state != "refused":
        check_pending(found, tx.now_ms())
        store.end(tx, found, "refused", "person", user_id)
        tell.tell(tx, known(tx, found.id), "consent.refused")
    return show.to_person(tx, known(tx, found.id))


def revoke(tx: WriteTx, user_id: UserId, id: str) -> dict[str, Any]:
    """Take a yes back, at once. Nothing that was decided about anybody stops it. Asked again, it returns the same.

    Raises:
        NotFoundError: there is none of this account.
    """
    found = _mine(tx, user_id, id)
    if found.state == "granted":
        store.end(tx, found, "revoked", "person", None)
        tell.tell(tx, known(tx, found.id), "consent.revoked")
    return show.to_person(tx, known(tx, found.id))


def _mine(tx: ReadTx, user_id: UserId, id: str) -> Consent:
    found = store.consent(tx, id)
    if found is None or found.user_id != user_id:
        raise NotFoundError(NONE)
    return found


def get(tx: ReadTx, user_id: UserId, id: str) -> dict[str, Any]:
    """Return a consent of somebody's, with its charges.

    Raises:
        NotFoundError: there is none of this account.
    """
    found = _mine(tx, user_id, id)
    return show.to_person(tx, found) | {"charges": show.charges(tx, found)}


def mine(tx: ReadTx, user_id: UserId, after: tuple[int, str], limit: int) -> dict[str, Any]:
    """Return what somebody has answered, the newest first, and what waits for their answer.

    Args:
        after: the last one of the page before, see `rules.parse_place`.
    """
    found = store.of_person(tx, user_id, after, limit)
    shown: dict[str, Any] = {
        "asked": [
            show.to_person(tx, one) | {"link": one.link}
            for one in store.asked(tx, user_id, PAGE_MAX)
        ],
        "consents": [show.to_person(tx, one) for one in found],
    }
    is_more = len(found) == limit
    return shown | {"next": rules.show_place(found[-1])} if is_more else shown


def forget_account(tx: WriteTx, user_id: UserId, erase: bool) -> None:  # noqa: FBT001  # the hook's shape
    """Revoke everything that an account has granted, when it is deactivated."""
    del erase
    for one in store.granted(tx, user_id):
        store.end(tx, one, "revoked", "server", None)
        tell.tell(tx, known(tx, one.id), "consent.revoked")
