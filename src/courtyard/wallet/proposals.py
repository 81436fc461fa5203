"""What needs two operators: one proposes, another approves, and only then is it done."""

import secrets
from typing import Any

import msgspec

from courtyard.accounts.account import get_account
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.wallet import rules, store_proposals
from courtyard.wallet.model import Proposal, ProposalId, ProposalKind


def check_operator(tx: ReadTx, by: UserId, do: str = "do this") -> None:
    """Say whether somebody is an operator.

    Args:
        do: what only operators do, for the message.

    Raises:
        ForbiddenError: they are not. NotFoundError: nobody has this account.
    """
    if not get_account(tx, by).is_admin:
        message = f"Only operators {do}."
        raise ForbiddenError(message)


def propose(
    tx: WriteTx, by: UserId, kind: ProposalKind, subject: str, body: dict[str, Any]
) -> Proposal:
    """Keep what an operator proposes. Nothing follows from it before another approves.

    Raises:
        ForbiddenError: `by` is no operator.
    """
    check_operator(tx, by)
    made = Proposal(
        id=ProposalId(f"p_{secrets.token_hex(8)}"),
        kind=kind,
        subject=subject,
        body=msgspec.json.encode(body).decode(),
        proposed_by=by,
        proposed_at=tx.now_ms(),
        approved_by=None,
        approved_at=None,
    )
    store_proposals.add(tx, made)
    return made


def approve(tx: WriteTx, by: UserId, id: ProposalId, kind: ProposalKind) -> Proposal:
    """Approve what another operator proposed. The caller does it, in the same transaction.

    Raises:
        ForbiddenError: `by` is no operator. NotFoundError: there is no such proposal.
        EndedError: it was approved. NotIndependentError: by who proposed it.
    """
    check_operator(tx, by)
    found = store_proposals.proposal(tx, id)
    if found is None or found.kind != kind:
        message = "There is no such proposal."
        raise NotFoundError(message)
    rules.check_approval(found, by)
    last = store_proposals.last_approved(tx, kind)
    approved_at = rules.later(None if last is None else last.approved_at, tx.now_ms())
    store_proposals.approve(tx, id, by, approved_at)
    return found
