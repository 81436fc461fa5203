"""Deciding: propose, approve, release from the brake, and in one transaction the decision with all that makes it lawful.

The decision, its leaf in the public log, the statement of reasons in the account's notices room and the gate's restrictions are
written together or not at all. There is no moment at which something is refused that nobody could read about.
"""

import secrets

import msgspec

from courtyard.accounts.account import account_is_active, list_accounts
from courtyard.base.errors import InvalidParamError, NotFoundError, TooLargeError
from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct import (
    content,
    mail,
    misuse,
    notices,
    people,
    rules,
    rules_brake,
    rules_effect,
    rules_gate,
    rules_leaf,
    rules_letters,
    rules_misuse,
    rules_people,
    rules_ruleset,
    store,
    store_cases,
    store_proposals,
)
from courtyard.conduct.errors import DecisionNotAllowedError, NotIndependentError
from courtyard.conduct.keys import key_hash, new_key
from courtyard.conduct.language import language_of
from courtyard.conduct.model import (
    CaseId,
    Decision,
    DecisionId,
    Ground,
    Hearing,
    LiftCause,
    Proposal,
    Record,
    Source,
    Statement,
    Vote,
    WantedMeasure,
)
from courtyard.conduct.model_mail import What
from courtyard.conduct.public_log import log_leaf
from courtyard.conduct.report import close_case
from courtyard.conduct.rules import Court
from courtyard.conduct.rules_brake import Burst
from courtyard.conduct.rules_ladder import PANEL_MS, refuse
from courtyard.conduct.rules_leaf import SEALED_BELOW, Salts
from courtyard.conduct.rules_text import is_language_tag
from courtyard.conduct.store_cases import Case
from courtyard.conduct.store_proposals import Pending
from courtyard.gate import restrict as gate
from courtyard.gate import withheld
from courtyard.storage.tx import ReadTx, WriteTx
from courtyard.transparency.rules_leaf import SALT_BYTES

FACTS_CHARS_MAX = 5_000
EXPLANATION_CHARS_MAX = 2_000
NOTE_CHARS_MAX = 5_000
WAITING_MAX = 200
"""Proposals that are looked at for the next one."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody on the staff proposes about the case they work on.

    Attributes:
        conduct_at: when it happened; the rules of that time apply.
        facts, explanation: what the subject is told, in the language `lang`, a tag of BCP 47.
        note: what the staff note for one another. It is never told.
    """

    rule_id: str
    measures: tuple[WantedMeasure, ...]
    conduct_at: int
    facts: str
    explanation: str
    lang: str = "en"
    note: str = ""
    ground: Ground = "incompatible"
    legal_ground: str = ""
    severe: bool = False
    source: Source = "notice"


def propose(tx: WriteTx, staff_id: UserId, case_id: CaseId, wish: Wish) -> Pending:
    """Propose a decision. What one person may decide is issued at once; the rest waits for a second.

    Raises:
        NotFoundError: it is not this person's case, or is about nobody here.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
        InvalidParamError, TooLargeError: the statement says nothing, too much, or names no language.
        UnavailableError: there is no log.
    """
    case = people.assigned_case(tx, staff_id, case_id)
    if case.state != "open":
        raise refuse("state", "This case is decided, or waits for somebody else.")
    if case.subject is None or not account_is_active(tx, case.subject):
        message = "This case is about nobody who has an account here."
        raise NotFoundError(message)
    _check_words(wish)
    measures = content.measures_of(case, wish.measures)
    items = content.items_of(tx, case, measures)
    in_force = rules_ruleset.at(store.rulesets(tx), wish.conduct_at)
    proposal = Proposal(
        id=DecisionId(f"d_{secrets.token_hex(16)}"),
        case_id=case_id,
        subject=case.subject,
        items=items,
        rule_id=wish.rule_id,
        ruleset_version=0 if in_force is None else in_force.version,
        ground=wish.ground,
        legal_ground=wish.legal_ground,
        topics=content.topics_of(items),
        conduct_at=TimestampMs(wish.conduct_at),
        measures=measures,
        proposer=staff_id,
        source=wish.source,
        severe=wish.severe,
    )
    court = _court(tx, proposal)
    misuse.check(tx, proposal, rules.check(proposal, court))
    content.check(tx, proposal)
    statement = Statement(
        decision_id=proposal.id, lang=wish.lang, facts=wish.facts, explanation=wish.explanation
    )
    store_proposals.add_proposal(tx, proposal, statement, wish.note)
    if rules.people_needed(proposal, court) > 1:
        store_cases.set_case(tx, case_id, "proposed", staff_id)
    else:
        _issue(tx, _pending(tx, proposal.id), None, None)
    return _pending(tx, proposal.id)


def approve(tx: WriteTx, staff_id: UserId, id: DecisionId) -> Pending:
    """Approve what another person proposed. It is issued now, or held by the brake on mass sanctions.

    Raises:
        NotFoundError: there is no such proposal.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
    """
    pending = _waiting(tx, staff_id, id, "waiting")
    _issue(tx, pending, staff_id, None)
    return _pending(tx, id)


def confirm(tx: WriteTx, staff_id: UserId, id: DecisionId) -> Pending:
    """Release what the brake holds, as somebody outside the chain of decision.

    Raises:
        NotFoundError: there is no such proposal.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
    """
    pending = _waiting(tx, staff_id, id, "held")
    _issue(tx, pending, pending.approver, staff_id)
    return _pending(tx, id)


def next_decision(tx: ReadTx, staff_id: UserId) -> tuple[str, DecisionId] | None:
    """Return something that waits for another person, and what it asks: `approve`, `confirm` or `vote`.

    Raises:
        NotIndependentError: not on the staff.
    """
    people.check_staff(tx, staff_id)
    now = tx.now_ms()
    for id in store_proposals.undecided(tx, WAITING_MAX):
        pending = _pending(tx, id)
        court = _court(tx, pending.proposal)
        inside = {pending.proposal.proposer, pending.approver}
        if staff_id not in inside and rules_people.why_not(staff_id, court.matter, now) is None:
            return ("approve" if pending.state == "waiting" else "confirm"), id
    for decision in store.heavy_since(tx, now - PANEL_MS):
        record = get_record(tx, decision.id)
        try:
            rules.check_may_vote(
                staff_id,
                record,
                store.votes(tx, decision.id),
                siblings_of(tx, record),
                matter_of(tx, record),
                now,
            )
        except (DecisionNotAllowedError, NotIndependentError):
            # Not for this person, or heard: the next one may be.
            continue
        return "vote", decision.id
    return None


def reject(tx: WriteTx, staff_id: UserId, id: DecisionId) -> Pending:
    """Say no to what another person proposed; the case is open again, and nobody's.

    Raises:
        NotFoundError: there is no such proposal.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
    """
    people.check_staff(tx, staff_id)
    pending = _pending(tx, id)
    if pending.state not in ("waiting", "held"):
        raise refuse("state", "This proposal does not wait for anybody.")
    proposal = pending.proposal
    rules_people.check_may_approve(
        staff_id, proposal.proposer, _court(tx, proposal).matter, tx.now_ms()
    )
    store_proposals.set_proposal(tx, id, "rejected", pending.approver, pending.burst_id)
    store_cases.set_case(tx, proposal.case_id, "open", None)
    return _pending(tx, id)


def lift(tx: WriteTx, staff_id: UserId, id: DecisionId, cause: LiftCause) -> Record:
    """End everything that a decision holds, now, and tell the account.

    Raises:
        NotFoundError: there is no such decision.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
    """
    people.check_staff(tx, staff_id)
    record = get_record(tx, id)
    new = rules.lift(record, staff_id, cause, matter_of(tx, record), tx.now_ms())
    after = msgspec.structs.replace(record, lifts=(*record.lifts, new))
    leaf = rules_leaf.of_lift(new, after, leaf_id(), salts_of(tx, id), is_sealed=is_sealed(tx))
    store.add_lift(tx, new, len(record.lifts), log_leaf(tx, leaf))
    adjust_gate(tx, after)
    lang = language_of(tx, record.decision.subject)
    body = rules_letters.lift_text(lang, record.decision.subject)
    tell(tx, record.decision, body, "lift")
    return after


def vote(tx: WriteTx, staff_id: UserId, id: DecisionId, *, is_for: bool) -> Record:
    """Say, as one of three, whether a block lasts longer than a suspension. What settles it is told to the account.

    Raises:
        NotFoundError: there is no such decision.
        DecisionNotAllowedError, NotIndependentError: with the law that stands against it.
    """
    people.check_staff(tx, staff_id)
    record = get_record(tx, id)
    siblings, matter = siblings_of(tx, record), matter_of(tx, record)
    now = tx.now_ms()
    rules.check_may_vote(staff_id, record, store.votes(tx, id), siblings, matter, now)
    store.add_vote(tx, id, Vote(staff_id=staff_id, is_for=is_for, at=now))
    after = get_record(tx, id)
    before = {row.id for row in rules_gate.restrictions(record, now)}
    for row in rules_gate.restrictions(after, now):
        if row.id not in before:
            gate.restrict(tx, row)
    adjust_gate(tx, after)
    if after.hearing is not None:
        _tell_hearing(tx, after, after.hearing, now)
    return after


# --- what other verbs use too -----------------------------------------------------------------------


def get_record(tx: ReadTx, id: DecisionId) -> Record:
    """Return a decision with everything that became of it.

    Raises:
        NotFoundError: there is none.
    """
    record = store.record(tx, id)
    if record is None:
        message = "There is no such decision."
        raise NotFoundError(message)
    return record


def siblings_of(tx: ReadTx, record: Record) -> tuple[Record, ...]:
    """Return the other decisions of the same case."""
    decision = record.decision
    others = store.records_of_case(tx, decision.case_id)
    return tuple(one for one in others if one.decision.id != decision.id)


def matter_of(tx: ReadTx, record: Record) -> rules_people.Matter:
    """Return the people around a decision."""
    decision = record.decision
    topics = frozenset({decision.rule_id, *decision.topics})
    return people.matter_of(tx, decision.case_id, decision.subject, topics)


def salts_of(tx: ReadTx, id: DecisionId) -> Salts:
    """Return the salts of a decision. What is said of an erased one has salts that nobody ever learns."""
    told = store.told(tx, id)
    return _new_salts() if told is None or told.salts is None else told.salts


def _new_salts() -> Salts:
    return Salts(**{name: secrets.token_bytes(SALT_BYTES) for name in Salts.__struct_fields__})


def leaf_id() -> str:
    """Return a new random id for a leaf."""
    return f"l_{secrets.token_hex(16)}"


def is_sealed(tx: ReadTx) -> bool:
    """Tell whether this server is so small that its leaves say nothing more than that there was something."""
    accounts = list_accounts(tx, limit=10 * SEALED_BELOW)
    return sum(account.deactivated_at is None for account in accounts) < SEALED_BELOW


def adjust_gate(tx: WriteTx, record: Record) -> None:
    """Tell the gate what is known of a decision now."""
    now = tx.now_ms()
    for change in rules_gate.adjustments(record, now):
        gate.adjust(tx, change.restriction_id, change.ends_at, change.stayed_from)
    for change in rules_gate.content_adjustments(record, now):
        withheld.adjust(tx, change.restriction_id, change.ends_at, change.stayed_from)


def tell(tx: WriteTx, decision: Decision, body: str, what: What) -> None:
    """Say something about a decision in its subject's notices room and by mail, while there is such an account."""
    if account_is_active(tx, decision.subject):
        notices.deliver(tx, decision.subject, body, {"org.courtyard.decision": decision.id})
        mail.send(tx, decision, what, language_of(tx, decision.subject), body)


# --- inside -----------------------------------------------------------------------------------------


def _tell_hearing(tx: WriteTx, record: Record, hearing: Hearing, now_ms: int) -> None:
    decision = record.decision
    blocks = [measure for measure in decision.measures if measure.type == "block"]
    body = rules_letters.hearing_text(
        language_of(tx, decision.subject),
        decision.subject,
        max(rules_effect.end_of(record, block, now_ms) for block in blocks),
        is_confirmed=hearing.is_confirmed,
    )
    tell(tx, decision, body, "hearing")


def _check_words(wish: Wish) -> None:
    if not wish.facts.strip() or not wish.explanation.strip():
        message = "A statement of reasons has facts and an explanation."
        raise InvalidParamError(message)
    if (
        len(wish.facts) > FACTS_CHARS_MAX
        or len(wish.explanation) > EXPLANATION_CHARS_MAX
        or len(wish.note) > NOTE_CHARS_MAX
        or len(wish.legal_ground) > 500
        or len(wish.lang) > 35
    ):
        message = "The statement of reasons is too long."
        raise TooLargeError(message)
    # Clients ask for the name of the language, and those made for this shape alone fail on any other.
    if not is_language_tag(wish.lang):
        message = f"“{wish.lang}” is no language tag. Write one such as en, zh-CN or pt-BR."
        raise InvalidParamError(message)


def _pending(tx: ReadTx, id: DecisionId) -> Pending:
    pending = store_proposals.proposal(tx, id)
    if pending is None:
        message = "There is no such proposal."
        raise NotFoundError(message)
    return pending


def _waiting(tx: ReadTx, staff_id: UserId, id: DecisionId, state: str) -> Pending:
    people.check_staff(tx, staff_id)
    pending = _pending(tx, id)
    if pending.state != state:
        raise refuse("state", f"This proposal is {pending.state}.")
    return pending


def _court(tx: ReadTx, proposal: Proposal) -> Court:
    now = tx.now_ms()
    topics = frozenset({proposal.rule_id, *proposal.topics})
    return Court(
        now_ms=now,
        rulesets=store.rulesets(tx),
        records=store.records_of(tx, proposal.subject),
        recent=store.heavy_since(tx, now - rules_brake.WINDOW_MS),
        matter=people.matter_of(tx, proposal.case_id, proposal.subject, topics),
    )


def _issue(
    tx: WriteTx, pending: Pending, approver: UserId | None, confirmer: UserId | None
) -> None:
    proposal = pending.proposal
    if not account_is_active(tx, proposal.subject):
        message = "There is no such account any more."
        raise NotFoundError(message)
    case = people.get_case(tx, proposal.case_id)
    court = _court(tx, proposal)
    # Again, since between proposal and approval the world may have changed.
    misuse.check(tx, proposal, rules.check(proposal, court))
    outcome = rules.issue(proposal, court, approver=approver, confirmer=confirmer)
    if isinstance(outcome, Burst):
        burst_id = f"b_{secrets.token_hex(16)}"
        log_leaf(tx, rules_leaf.of_burst(outcome, proposal.rule_id, burst_id, tx.now_ms()))
        store_proposals.set_proposal(tx, proposal.id, "held", approver, burst_id)
        store_cases.set_case(tx, proposal.case_id, "held", case.assignee)
        return
    salts = _new_salts()
    rules_hash = rules_ruleset.sha256(court.rulesets[outcome.ruleset_version - 1])
    leaf = rules_leaf.of_decision(
        outcome, pending.statement, rules_hash, salts, is_sealed=is_sealed(tx)
    )
    index = log_leaf(tx, leaf)
    if pending.burst_id is not None and confirmer is not None:
        release = rules_leaf.of_release(pending.burst_id, leaf_id(), confirmer, salts, tx.now_ms())
        log_leaf(tx, release)
    kind = rules_misuse.kind_of(outcome.items[0])
    if kind is not None and outcome.measures[0].type == "feature":
        pause = rules_leaf.of_pause(
            outcome, pending.statement, kind, leaf_id(), rules_hash, salts, is_sealed=is_sealed(tx)
        )
        log_leaf(tx, pause)
    store.add_decision(tx, outcome, index)
    _state_reasons(tx, outcome, pending.statement, salts, court)
    for row in rules_gate.restrictions(Record(decision=outcome), tx.now_ms()):
        gate.restrict(tx, row)
    for step in rules_gate.withholdings(outcome):
        withheld.withhold(tx, step)
    store_proposals.set_proposal(tx, proposal.id, "issued", approver, pending.burst_id)
    _close(tx, case, outcome)


def _close(tx: WriteTx, case: Case, decision: Decision) -> None:
    """An interim measure leaves the case open, and with whom it was."""
    if all(measure.type == "interim" for measure in decision.measures):
        store_cases.set_case(tx, case.id, "open", case.assignee)
        return
    close_case(tx, case.id, "founded", case.assignee)


def _state_reasons(
    tx: WriteTx, decision: Decision, statement: Statement, salts: Salts, court: Court
) -> None:
    """Deliver the statement of reasons, with a key by which it can be appealed without a login."""
    key = new_key()
    path = f"{rules_gate.PREFIX}/decisions/{decision.id}"
    lang = language_of(tx, decision.subject)
    ruleset = court.rulesets[decision.ruleset_version - 1]
    body = rules_letters.statement_text(lang, decision, statement, ruleset, key)
    details: dict[str, object] = {
        "org.courtyard.decision": decision.id,
        "org.courtyard.statement": f"{path}/statement",
        "org.courtyard.appeal": f"{path}/appeals",
        "org.courtyard.proof": f"{path}/proof",
        "org.courtyard.ends_at": max(measure.ends_at for measure in decision.measures),
        "org.courtyard.lang": statement.lang,
    }
    room_id, event_id = notices.deliver(tx, decision.subject, body, details)
    store.add_statement(tx, statement, salts, key_hash(key), room_id, event_id, decision.issued_at)
    mail.send(tx, decision, "statement", lang, body)
