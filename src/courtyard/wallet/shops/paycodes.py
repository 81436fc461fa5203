"""Codes that a person shows at a till: one for now, or a pack for a device without a network. Each works once, and only its hash is kept."""

import secrets
from typing import Any

from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.money import Currency
from courtyard.gate.admit import admit
from courtyard.gate.model import Action
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules as wallet_rules
from courtyard.wallet import store as wallet_store
from courtyard.wallet.shops import rules_paycodes
from courtyard.wallet.shops import store_codes as store
from courtyard.wallet.shops.model import PACK_MS, PACK_SIZE, PAYCODE_MS, Pack, PackId, Paycode


def make(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> dict[str, Any]:
    """Make a code for now. The one that this device showed before works no more.

    Raises:
        RestrictedError, LimitExceededError.
    """
    admit(tx, user_id, Action.SHOW_PAYCODE)
    store.forget_short(tx, user_id, device_id)
    expires_at = TimestampMs(tx.now_ms() + PAYCODE_MS)
    (code,) = _add(tx, user_id, device_id, None, expires_at, 1)
    return {"code": code, "expires_at": expires_at}


def make_pack(
    tx: WriteTx, user_id: UserId, device_id: DeviceId, currency: Currency
) -> dict[str, Any]:
    """Make codes that a device keeps for when it has no network. Its earlier pack works no more.

    Raises:
        RestrictedError, LimitExceededError; UnknownCurrencyError.
    """
    admit(tx, user_id, Action.SHOW_PAYCODE)
    known = wallet_rules.check_currency(wallet_store.currency(tx, currency))
    store.forget_device(tx, user_id, device_id)
    now_ms = tx.now_ms()
    unit = 10**known.scale
    pack = Pack(
        id=PackId(f"pk_{secrets.token_hex(8)}"),
        user_id=user_id,
        device_id=device_id,
        currency=known.code,
        cap_each=rules_paycodes.CAP_EACH_MAJOR * unit,
        cap_total=rules_paycodes.CAP_TOTAL_MAJOR * unit,
        spent=0,
        made_at=now_ms,
        expires_at=TimestampMs(now_ms + PACK_MS),
        revoked_at=None,
    )
    store.add_pack(tx, pack)
    codes = _add(tx, user_id, device_id, pack.id, pack.expires_at, PACK_SIZE)
    return _show(pack) | {"codes": codes}


def _add(
    tx: WriteTx,
    user_id: UserId,
    device_id: DeviceId,
    pack: PackId | None,
    expires_at: TimestampMs,
    count: int,
) -> list[str]:
    codes = [
        rules_paycodes.code_of(secrets.randbelow(10**rules_paycodes.RANDOM_DIGITS))
        for _ in range(count)
    ]
    made = [
        Paycode(
            hash=rules_paycodes.hash_of(code),
            user_id=user_id,
            device_id=device_id,
            pack=pack,
            made_at=tx.now_ms(),
            expires_at=expires_at,
            used_by=None,
        )
        for code in codes
    ]
    store.add_paycodes(tx, made)
    return codes


def revoke(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> dict[str, Any]:
    """Let every code of one of somebody's devices work no more. Asked again, it returns the same."""
    store.forget_device(tx, user_id, device_id)
    return {}


def forget_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Let the codes of a device go with it."""
    store.forget_device(tx, user_id, device_id)


def packs(tx: ReadTx, user_id: UserId) -> dict[str, Any]:
    """Return somebody's packs that still work, without their codes."""
    return {"packs": [_show(pack) for pack in store.packs_of(tx, user_id)]}


def _show(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "device_id": pack.device_id,
        "currency": pack.currency,
        "cap_each": str(pack.cap_each),
        "cap_total": str(pack.cap_total),
        "spent": str(pack.spent),
        "expires_at": pack.expires_at,
    }
