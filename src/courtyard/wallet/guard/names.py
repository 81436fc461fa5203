"""Whom a payment is for, as the payer is shown it. The server says the name, never the client and never a code that was scanned.

Features whose payees are none of these add theirs to `NAMES`: shops for `order` and `charge`, rails for `payout`.
"""

from collections.abc import Callable
from typing import Final

from courtyard.accounts.account import account_is_active
from courtyard.accounts.profile import profile_for_others
from courtyard.base.errors import NotFoundError
from courtyard.base.ids import RoomId, UserId
from courtyard.rooms.model import NAME
from courtyard.rooms.send import joined_head
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet.errors import BadRecipientError
from courtyard.wallet.guard.model import ACTS
from courtyard.wallet.model import Payer

NameOf = Callable[[WriteTx, UserId, str], str]
"""Return a payee's name, given who pays and the payee. Raises NotFoundError or a WalletError where there is no such payee."""


def person(tx: ReadTx, user_id: str) -> str:
    """Return the name of a person of this server; somebody whose name is withheld is shown by their id.

    Raises:
        BadRecipientError: nobody here has this account.
    """
    who = UserId(user_id)
    if not account_is_active(tx, who):
        message = "Nobody here has this account."
        raise BadRecipientError(message)
    name = profile_for_others(tx, who).get("displayname")
    return name if isinstance(name, str) and name else user_id


def room(tx: WriteTx, user_id: UserId, room_id: str) -> str:
    """Return the name of a room that the payer is in, or its id.

    Raises:
        NotInRoomError: they are not, or there is none.
    """
    named = joined_head(tx, user_id, RoomId(room_id)).state.get((NAME, ""))
    name = None if named is None else named.content.get("name")
    return name if isinstance(name, str) and name else room_id


def _other_person(tx: WriteTx, user_id: UserId, payee: str) -> str:
    if payee == user_id:
        message = "Money goes to somebody else."
        raise BadRecipientError(message)
    return person(tx, payee)


def _trusted(tx: WriteTx, user_id: UserId, payee: str) -> str:
    """Return the name of somebody who is to be trusted: a person, or a payee of a feature above."""
    if payee.startswith("@"):
        return _other_person(tx, user_id, payee)
    return shown(tx, user_id, "order", payee)


def _oneself(tx: WriteTx, user_id: UserId, payee: str) -> str:
    if payee != user_id:
        message = "This is done to one's own wallet."
        raise BadRecipientError(message)
    return person(tx, user_id)


NAMES: Final[dict[str, NameOf]] = {
    "transfer": _other_person,
    "request": _other_person,
    "packet": room,
    "trust": _trusted,
    **dict.fromkeys([act for act in ACTS if act != "trust"], _oneself),
}
"""What is paid or done → whom it is for, as it is shown."""


def shown(tx: WriteTx, user_id: UserId, kind: str, payee: str) -> str:
    """Return a payee's name as the payer is shown it.

    Raises:
        NotFoundError: nothing of this kind can be paid here. BadRecipientError, NotInRoomError and others: no such payee.
    """
    find = NAMES.get(kind)
    if find is None:
        message = "Nothing of this kind can be paid here."
        raise NotFoundError(message)
    return find(tx, user_id, payee)


def shown_to(tx: WriteTx, payer: Payer, kind: str, payee: str) -> str:
    """Return a payee's name for a payment's intent: what a proof is held against. Without a proof nobody asks for it."""
    return "" if payer.proof is None else shown(tx, payer.user_id, kind, payee)
