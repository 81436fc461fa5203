"""Does the money on the other side match the ledger? What does not is listed; what must never differ is an alarm.

The safeguarding identity, for each official currency: what is owed to people is what the other sides have for it; and the bank's newest
closing balance is what the ledger says is there, with the operator's own money from before, what nobody could match, and what is on its way.
Nothing here freezes anything.
"""

from itertools import pairwise

import msgspec

from courtyard.base.money import Currency
from courtyard.storage.tx import ReadTx
from courtyard.wallet import store as wallet_store
from courtyard.wallet.rails import store, store_check
from courtyard.wallet.rails.model import BankStatement
from courtyard.wallet.rails.registry import RAILS
from courtyard.wallet.rails.rules import gap
from courtyard.wallet.rails.sender import SAFE_MS

QUIET_MS = 5 * 24 * 3_600_000
"""How long a payout may be under way before it is listed: five days, over any weekend."""
SHOWN_MAX = 100


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """The safeguarding identity of one currency, in minor units.

    Attributes:
        owed: to people, merchants and payments under way.
        backed: what the other sides and the mint stand for.
        closing: the bank's newest closing balance; None: there was no statement.
        expected: what it should be by the ledger.
    """

    currency: Currency
    owed: int
    backed: int
    closing: int | None
    expected: int

    @property
    def difference(self) -> int:
        """What is missing or too much; 0: all is there."""
        at_bank = 0 if self.closing is None else self.closing - self.expected
        return abs(self.owed - self.backed) + abs(at_bank)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What reconciliation found: alarms must be looked at now, notes tell what is under way."""

    identities: list[Identity]
    alarms: list[str]
    notes: list[str]


def identities(tx: ReadTx) -> list[Identity]:
    """Return the safeguarding identity of each official currency."""
    fiat = [one.code for one in wallet_store.currencies(tx) if one.kind == "fiat"]
    return [_identity(tx, code) for code in fiat]


def _identity(tx: ReadTx, currency: Currency) -> Identity:
    owed, backed, at_bank = store_check.identity(tx, currency)
    statements = store.statements(tx, currency)
    unmatched, announced = store_check.line_sums(tx, currency)
    transit = sum(rest for _, rest in store_check.in_transit(tx, currency))
    own = statements[0].opening if statements else 0
    return Identity(
        currency=currency,
        owed=owed,
        backed=backed,
        closing=statements[-1].closing if statements else None,
        expected=own + at_bank - transit + unmatched - announced,
    )


def reconcile(tx: ReadTx) -> Report:
    """Hold the ledger, its payments over rails and the bank's statements against each other."""
    found = identities(tx)
    alarms = [
        f"{one.currency}: owed {one.owed}, backed {one.backed};"
        f" the bank has {one.closing}, the ledger expects {one.expected}."
        for one in found
        if one.difference
    ]
    notes: list[str] = []
    for one in found:
        alarms += _statement_alarms(store.statements(tx, one.currency))
        notes += [
            f"{id}: {rest} {one.currency} are on no statement yet."
            for id, rest in store_check.in_transit(tx, one.currency)[:SHOWN_MAX]
        ]
    notes += [
        f"{line.rail} {line.line}: {line.amount} {line.currency} matched nothing ({line.why})."
        for line in store.unmatched(tx, SHOWN_MAX)
    ]
    now_ms = tx.now_ms()
    for txn in store_check.open_payouts(tx, now_ms, SHOWN_MAX):
        said = f"{txn.id}: {txn.amount} {txn.currency} under way over {txn.rail}, {txn.state}."
        is_late = now_ms - txn.changed_at > QUIET_MS
        is_unsure = (
            RAILS[txn.rail].sends and txn.state == "created" and now_ms - txn.made_at > SAFE_MS
        )
        (alarms if is_late or is_unsure else notes).append(said)
    return Report(identities=found, alarms=alarms, notes=notes)


def _statement_alarms(statements: list[BankStatement]) -> list[str]:
    found = [
        f"Statement {one.id} of {one.day}: {rest} between its opening and its closing is on no line."
        for one in statements
        if (rest := gap(one.opening, one.entries, one.closing))
    ]
    found += [
        f"Statement {after.id} opens with {after.opening}; {before.id} closed with {before.closing}."
        for before, after in pairwise(statements)
        if before.closing != after.opening
    ]
    return found[:SHOWN_MAX]
