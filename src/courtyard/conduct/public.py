"""What everybody may read about moderation here. It is computed when it is asked for, from the log, the facts and the clock.

Whole-table figures are kept for a minute: anybody can ask for them, as often as they like.
"""

from typing import Any, Final

import msgspec

from courtyard.accounts.account import list_accounts
from courtyard.base.errors import NotFoundError
from courtyard.conduct import (
    rules_dsa,
    rules_figures,
    rules_gaps,
    rules_legal,
    rules_legal_leaf,
    rules_public,
    store,
    store_legal,
    store_public,
)
from courtyard.conduct.decide import get_record, is_sealed
from courtyard.conduct.model import Decision, DecisionId
from courtyard.conduct.model_legal import LegalId, LegalRecord
from courtyard.conduct.model_rules import Clause
from courtyard.conduct.rules_figures import Facts
from courtyard.conduct.rules_gaps import Gap, Situation
from courtyard.conduct.rules_leaf import SEALED_BELOW, day
from courtyard.conduct.rules_public import Entry, parse_entry
from courtyard.storage.tx import ReadTx
from courtyard.transparency import status as log
from courtyard.transparency.proof import entry, inclusion

Json = dict[str, Any]

BATCH: Final = 200
PAGE: Final = 50
KEPT_MS: Final = 60_000
MONTHS: Final = 12
FIRST_YEAR: Final = 2020
LAST_INDEX: Final = 2**53


# --- decisions ------------------------------------------------------------------------------------


class Batch(msgspec.Struct, frozen=True):
    """Some lines of a long answer, and the index of the log to go on after; None at the end."""

    lines: list[Json]
    after: int | None


def decision_lines(tx: ReadTx, after: int, since: int, until: int) -> Batch:
    """Return the next decisions as everybody reads them, in the order of the log."""
    rows = store_public.decisions_after(tx, after, since, until, BATCH)
    return Batch([_line(tx, id, leaf) for id, leaf in rows], rows[-1][1] if rows else None)


def dsa_lines(tx: ReadTx, after: int, since: int, until: int) -> Batch:
    """Return the next decisions as records of the EU's database. Those that the log has sealed are not among them."""
    rows = store_public.decisions_after(tx, after, since, until, BATCH)
    rulesets = store.rulesets(tx)
    found = []
    for id, leaf in rows:
        decision = get_record(tx, id).decision
        clauses = rulesets[decision.ruleset_version - 1].clauses
        clause = next(one for one in clauses if one.id == decision.rule_id)
        if not _entry(tx, leaf).is_sealed:
            found.append(_dsa(decision, clause))
    return Batch([one for one in found if one is not None], rows[-1][1] if rows else None)


def _dsa(decision: Decision, clause: Clause) -> rules_dsa.DsaRecord | None:
    record = rules_public.dsa_record(decision, clause)
    assert record is None or not rules_dsa.faults(record), rules_dsa.faults(record)
    return record


def newest_decisions(tx: ReadTx, before: int) -> list[Json]:
    """Return the decisions before an index of the log, the newest first."""
    rows = store_public.decisions_before(tx, before, PAGE)
    return [_line(tx, id, leaf) for id, leaf in rows]


def decision_line(tx: ReadTx, id: DecisionId) -> Json:
    """Return one decision as everybody reads it.

    Raises:
        NotFoundError: there is none.
    """
    get_record(tx, id)
    return _line(tx, id, store.leaf_of(tx, id))


def decision_proof(tx: ReadTx, id: DecisionId) -> bytes:
    """Return the `.tlog-proof` of a decision. It says nothing that the log's files do not say.

    Raises:
        NotFoundError: there is no such decision, or it is not published yet: within seconds it is.
        MissingTileError: the log's files are damaged.
    """
    get_record(tx, id)
    return inclusion(tx, store.leaf_of(tx, id))


def _entry(tx: ReadTx, leaf: int) -> Entry:
    return parse_entry(leaf, entry(tx, leaf))


def _line(tx: ReadTx, id: DecisionId, leaf: int) -> Json:
    facts = [_entry(tx, each) for each in store_public.fact_leaves(tx, id)]
    record = get_record(tx, id)
    return rules_public.decision_line(_entry(tx, leaf), facts, record, tx.now_ms())


# --- figures --------------------------------------------------------------------------------------


class Scan(msgspec.Struct, frozen=True):
    """What the log says that no table here does, up to an index."""

    until: int = 0
    sealed: frozenset[DecisionId] = frozenset()
    holds: tuple[str, ...] = ()


class Kept:
    """What was computed lately; one for each server."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self.figures: dict[int, tuple[int, Json]] = {}
        self.scan = Scan()


def _scan(tx: ReadTx) -> Scan:
    """Return which decisions are sealed, and on which days something was held. Entries never change, so each is read once."""
    kept = tx.memory(Kept)
    before = kept.scan
    until, sealed, holds = before.until, set(before.sealed), list(before.holds)
    for index, line in log.entries(tx, before.until):
        until = index + 1
        if b'"t":"burst.held"' in line:
            holds.append(parse_entry(index, line).content["day"])
        elif b'"t":"decision.issued"' in line and (one := parse_entry(index, line)).is_sealed:
            sealed.add(DecisionId(one.content["id"]))
    kept.scan = Scan(until, frozenset(sealed), tuple(holds))
    return kept.scan


def year_report(tx: ReadTx, year: int) -> Json:
    """Return the report of a year.

    Raises:
        NotFoundError: it has not begun, or was before there were such servers.
    """
    now = tx.now_ms()
    if not FIRST_YEAR <= year <= int(day(now)[:4]):
        raise NotFoundError("There is no report of that year.")
    since, until = rules_figures.year_bounds(year)
    found = _figures(tx, year, since, until)
    return {"year": year, "is_complete": now >= until} | found


def newest_figures(tx: ReadTx) -> Json:
    """Return the figures of the last twelve months, this one included."""
    return _figures(tx, 0, *rules_figures.months_bounds(tx.now_ms(), MONTHS))


def _figures(tx: ReadTx, key: int, since: int, until: int) -> Json:
    kept, now = tx.memory(Kept).figures, tx.now_ms()
    if key in kept and 0 <= now - kept[key][0] < KEPT_MS:
        return kept[key][1]
    found = rules_figures.figures(_facts(tx, since, until), since, until, now)
    kept[key] = now, found
    return found


def _facts(tx: ReadTx, since: int, until: int) -> Facts:
    scan = _scan(tx)
    received = store_public.reports_between(tx, since, until)
    return Facts(
        records=tuple(store_public.all_records(tx)),
        opened_at=store_public.opened_at(tx),
        sealed=scan.sealed,
        is_small=is_sealed(tx),
        reports=received.by_kind,
        notices=received.notices,
        legal=tuple(store_legal.records(tx)),
        staff=len(store.staff(tx)),
        holds=scan.holds,
    )


# --- legal requests -------------------------------------------------------------------------------


def legal_requests(tx: ReadTx) -> Json:
    """Return every request that may be shown, the newest first, and how many may not yet."""
    now = tx.now_ms()
    records = store_legal.records(tx)
    shown = [one for one in records if rules_legal.is_public(one, now)]
    return {
        "requests": [rules_legal.document(one) for one in shown],
        "not_yet_shown": len(records) - len(shown),
    }


def legal_request(tx: ReadTx, id: LegalId) -> Json:
    """Return one request, with what opens its leaves in the log.

    Raises:
        NotFoundError: there is none, or it may not be shown yet: nobody is told which.
    """
    record = store_legal.record(tx, id)
    if record is None or not rules_legal.is_public(record, tx.now_ms()):
        raise NotFoundError("There is no such request.")
    published = rules_legal.at_publication(record)
    return {
        "document": rules_legal.document(published),
        "document_sha256": rules_legal_leaf.document_hash(published),
        "state": rules_legal.state(record),
        "later_steps": rules_legal.document(record)["steps"][len(published.steps) :],
        "request_salt": store_legal.salts(tx, id).request.hex(),
        "log": [
            {
                "step": step,
                "log_index": logged.leaf,
                "entry": _entry(tx, logged.leaf).content,
                "opening": None
                if logged.opening is None
                else {"fields": logged.opening.fields, "salt": logged.opening.salt.hex()},
            }
            for step, logged in store_legal.logged(tx, id)
        ],
    }


# --- gaps -----------------------------------------------------------------------------------------


def gaps(tx: ReadTx) -> list[Gap]:
    """Return what this server does not meet now."""
    return rules_gaps.gaps(_situation(tx))


def _situation(tx: ReadTx) -> Situation:
    now = tx.now_ms()
    stands = log.status(tx)
    records = store_legal.records(tx)
    accounts = list_accounts(tx, limit=10 * SEALED_BELOW)
    return Situation(
        now_ms=now,
        staff=len(store.staff(tx)),
        accounts=sum(one.deactivated_at is None for one in accounts),
        is_halted=stands.is_halted,
        entries=stands.entries,
        published=stands.published,
        dated_at_ms=stands.dated_at_ms,
        witnesses=len(stands.witnesses),
        cosigned=sum(one.has_cosigned for one in stands.witnesses),
        has_mail=bool(tx.settings.smtp_url),
        has_contact=bool(tx.settings.admin_contact or tx.settings.support_page),
        overdue=store_public.overdue_count(tx),
        hidden=sum(not rules_legal.is_public(one, now) for one in records),
        not_told=sum(_waits_for_notice(one, now) for one in records),
        sealed=len(_scan(tx).sealed),
    )


def _waits_for_notice(record: LegalRecord, now_ms: int) -> bool:
    return (
        bool(record.request.accounts)
        and rules_legal.is_public(record, now_ms)
        and rules_legal.step_of(record, "complied", "refused") is not None
        and rules_legal.step_of(record, "user_notified") is None
    )
