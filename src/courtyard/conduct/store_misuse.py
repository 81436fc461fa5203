"""Every SQL statement by which misuse of reports and appeals is counted."""

import sqlalchemy as sa

from courtyard.base.ids import UserId
from courtyard.conduct.rules_misuse import Sent
from courtyard.conduct.store_tables import APPEALS, DECISIONS, REPORTS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx

_bind = sa.bindparam
_R, _A, _D = REPORTS.c, APPEALS.c, DECISIONS.c
_REPORTERS = Statement(
    sa.select(_R.reporter)
    .where(_R.is_manifest == 1, _R.received_at > _bind("since"), _R.reporter.is_not(None))
    .group_by(_R.reporter)
    .having(sa.func.count() >= _bind("least"))
    .order_by(_R.reporter)
    .limit(_bind("limit"))
)
_REPORTS = Statement(
    sa.select(_R.received_at, _R.is_manifest).where(
        _R.reporter == _bind("party"), _R.received_at > _bind("since"), _R.outcome.is_not(None)
    )
)
_APPELLANTS = Statement(
    sa.select(_D.subject)
    .select_from(APPEALS.join(DECISIONS, _D.id == _A.decision_id))
    # An appeal is due after it was sent: nobody is missed here, and what is too old is left out when it is counted.
    .where(_A.is_inadmissible == 1, _A.due_at > _bind("since"))
    .group_by(_D.subject)
    .having(sa.func.count() >= _bind("least"))
    .order_by(_D.subject)
    .limit(_bind("limit"))
)


def reporters(tx: ReadTx, since: int, least: int, limit: int) -> list[UserId]:
    """Return who sent at least so many manifestly unfounded reports since a time."""
    return [UserId(who) for (who,) in tx.all(_REPORTERS, since=since, least=least, limit=limit)]


def reports(tx: ReadTx, party: UserId, since: int) -> list[Sent]:
    """Return what somebody reported since a time, as far as it was decided."""
    rows = tx.all(_REPORTS, party=party, since=since)
    return [Sent(at=at, is_manifest=bool(is_manifest)) for at, is_manifest in rows]


def appellants(tx: ReadTx, since: int, least: int, limit: int) -> list[UserId]:
    """Return who sent at least so many inadmissible appeals since about a time."""
    return [UserId(who) for (who,) in tx.all(_APPELLANTS, since=since, least=least, limit=limit)]
