"""Mail to accounts that want it: an address and its confirmation, and letters into the outbox.

An address is for being told of decisions and for nothing else: nobody sees it, finds anybody by it, or logs in with it.
"""

import hashlib
import secrets
from typing import Any

import msgspec

from courtyard.accounts.throttle import Throttle
from courtyard.base.errors import ForbiddenError
from courtyard.base.ids import UserId
from courtyard.conduct import rules_letters, rules_mail, store_mail
from courtyard.conduct.errors import MailNotOfferedError
from courtyard.conduct.language import language_of
from courtyard.conduct.mailing import Mailer
from courtyard.conduct.model import Decision, DecisionId
from courtyard.conduct.model_mail import CODE_MS, Letter, LetterId, Mailbox, What
from courtyard.gate.admit import admit
from courtyard.gate.limits import MAIL
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx

Json = dict[str, Any]


def show_mail(tx: ReadTx, user_id: UserId) -> Json:
    """Return where an account gets mail, and which address waits to be confirmed until when."""
    found = store_mail.mailbox(tx, user_id)
    shown: Json = {
        "offered": bool(tx.settings.smtp_url),
        "address": found.address,
        "confirmed_at": found.confirmed_at,
        "unconfirmed": None,
    }
    if found.asked_at is not None and rules_mail.has_wish(found, tx.now_ms()):
        shown["unconfirmed"] = {"address": found.wanted, "until": found.asked_at + CODE_MS}
    return shown


def set_address(tx: WriteTx, user_id: UserId, address: str) -> None:
    """Send a code to an address. The one that was confirmed before stays until the new one is.

    Raises:
        MailNotOfferedError: this server sends no mail.
        InvalidParamError: it is no address that can be written to.
        LimitExceededError: too many, by this account or to this address.
    """
    if not tx.settings.smtp_url:
        message = "This server sends no mail."
        raise MailNotOfferedError(message)
    rules_mail.check_address(address)
    admit(tx, user_id, Action.SET_MAIL)
    now = tx.now_ms()
    # Many accounts together must not flood one person's mail either.
    tx.memory(Throttle).spend(tx.settings, MAIL, address.lower(), now)
    letters = "".join(
        secrets.choice(rules_mail.CODE_ALPHABET) for _ in range(rules_mail.CODE_CHARS)
    )
    before = store_mail.mailbox(tx, user_id)
    after = msgspec.structs.replace(
        before, wanted=address, code_hash=_code_hash(user_id, letters), asked_at=now
    )
    store_mail.set_mailbox(tx, after)
    _drop_codes(tx, user_id)
    lang = language_of(tx, user_id)
    text = rules_letters.code_text(lang, user_id, rules_mail.code_of(letters))
    _add(tx, user_id, None, "code", lang, address, text)


def confirm(tx: WriteTx, user_id: UserId, code: str) -> None:
    """Confirm an address with the code that was sent there. What still waits to be sent goes there too.

    Raises:
        ForbiddenError: the code is another one, or its day is over.
    """
    found = store_mail.mailbox(tx, user_id)
    given = _code_hash(user_id, rules_mail.plain_code(code))
    now = tx.now_ms()
    if found.code_hash is None or not rules_mail.has_wish(found, now) or given != found.code_hash:
        message = "This is not the code, or its day is over."
        raise ForbiddenError(message)
    assert found.wanted is not None, "a code is for an address"
    confirmed = Mailbox(user_id=user_id, address=found.wanted, confirmed_at=now)
    store_mail.set_mailbox(tx, confirmed)
    _drop_codes(tx, user_id)
    for letter in store_mail.letters_of(tx, user_id):
        moved = msgspec.structs.replace(letter, address=found.wanted)
        store_mail.set_letter(tx, moved)


def forget_address(tx: WriteTx, user_id: UserId) -> None:
    """Get no mail any more, nor what still waits to be sent."""
    store_mail.delete_mailbox(tx, user_id)
    store_mail.delete_letters(tx, user_id)


def forget_account(tx: WriteTx, user_id: UserId) -> None:
    """Forget the address of an account that ends, its unsent mail and its receipts.

    They go whether or not messages are to be erased too: a mail address is a name.
    """
    forget_address(tx, user_id)
    store_mail.delete_deliveries(tx, user_id)


def send(tx: WriteTx, decision: Decision, what: What, lang: str, text: str) -> None:
    """Put what an account was told into the outbox, where it has confirmed an address and the server sends mail."""
    address = store_mail.mailbox(tx, decision.subject).address
    if address is not None and tx.settings.smtp_url:
        _add(tx, decision.subject, decision.id, what, lang, address, text)


def _add(
    tx: WriteTx,
    user_id: UserId,
    decision_id: DecisionId | None,
    what: What,
    lang: str,
    address: str,
    text: str,
) -> None:
    letter = Letter(
        id=LetterId(secrets.token_hex(16)),
        user_id=user_id,
        decision_id=decision_id,
        what=what,
        lang=lang,
        address=address,
        subject=rules_letters.subject_line(lang, what),
        text=text,
        made_at=tx.now_ms(),
    )
    store_mail.add_letter(tx, letter)
    tx.memory(Mailer).wake_after(tx)


def _drop_codes(tx: WriteTx, user_id: UserId) -> None:
    """Take codes out of the outbox that do not work any more."""
    for letter in store_mail.letters_of(tx, user_id):
        if letter.what == "code":
            store_mail.delete_letter(tx, letter.id)


def _code_hash(user_id: UserId, letters: str) -> bytes:
    """Return what is stored of a code: a copy of the database confirms nothing."""
    said = f"courtyard/mail-code/v1\0{user_id}\0{letters}"
    return hashlib.sha256(said.encode("utf-8", "replace")).digest()
