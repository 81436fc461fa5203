"""Who may work on what: a different human for everything that matters (P4)."""

from collections.abc import Iterable
from typing import Final, NoReturn

import msgspec

from courtyard.base.ids import UserId
from courtyard.conduct.errors import NotIndependentError
from courtyard.conduct.model import AUTOMATON, Conflict, Record
from courtyard.conduct.rules_ladder import PANEL_SIZE

CONFLICT_MS_MAX: Final = 730 * 86_400_000
"""The longest that one declaration of a conflict holds; it can be declared again."""


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """The people around a case, as far as they bar others from it.

    Attributes:
        subject: whom it is about.
        topics: what it is about, for declared conflicts; with the rule's id and category.
        reporters: who reported it.
        recused: who has stepped back from this case.
        staff: everybody on the staff now.
        conflicts: what they have declared.
    """

    subject: UserId
    topics: frozenset[str]
    reporters: frozenset[UserId]
    recused: frozenset[UserId]
    staff: frozenset[UserId]
    conflicts: tuple[Conflict, ...]


def why_not(person: UserId, matter: Matter, now_ms: int) -> str | None:
    """Return why somebody may not work on a case, or None. The first reason in this order is the answer.

    Not on the staff, the subject, a reporter, recused, a declared conflict.
    """
    if person not in matter.staff:
        return "staff"
    if person == matter.subject:
        return "own_case"
    if person in matter.reporters:
        return "own_report"
    if person in matter.recused:
        return "recused"
    if any(
        one.staff_id == person
        and one.declared_at <= now_ms < one.until
        and (one.about == matter.subject or one.about in matter.topics)
        for one in matter.conflicts
    ):
        return "conflict"
    return None


_WORDS: Final = {
    "staff": "Only the staff decides.",
    "own_case": "Nobody decides about themselves.",
    "own_report": "Nobody decides about what they reported.",
    "recused": "You stepped back from this case.",
    "conflict": "You declared a conflict that bars you from this case.",
    "four_eyes": "Somebody else than the proposer has to approve.",
    "same_chain": "Somebody outside the chain of decision has to confirm.",
    "involved": "Somebody who had no part in it has to hear it.",
    "panel": f"A panel is {PANEL_SIZE} different people.",
}


def bar(law: str) -> NoReturn:
    """Refuse a person.

    Raises:
        NotIndependentError: always.
    """
    raise NotIndependentError(law, _WORDS[law])


def check_may_work(person: UserId, matter: Matter, now_ms: int) -> None:
    """Let somebody work on a case: propose, take interim measures.

    Raises:
        NotIndependentError: with the first reason against it.
    """
    law = why_not(person, matter, now_ms)
    if law is not None:
        bar(law)


def check_may_approve(person: UserId, proposer: UserId, matter: Matter, now_ms: int) -> None:
    """Let somebody approve what another person proposed.

    Raises:
        NotIndependentError: with the first reason against it.
    """
    check_may_work(person, matter, now_ms)
    if person == proposer:
        bar("four_eyes")


def involved(record: Record) -> frozenset[UserId]:
    """Return everybody who had a part in a decision, its hearing, or an earlier appeal."""
    decision = record.decision
    people = {decision.proposer, decision.approver, decision.confirmer}
    people |= {appeal.reviewer for appeal in record.appeals}
    if record.hearing is not None:
        people |= set(record.hearing.panel)
    return frozenset(one for one in people if one is not None and one != AUTOMATON)


def check_may_hear(
    person: UserId, record: Record, siblings: Iterable[Record], matter: Matter, now_ms: int
) -> None:
    """Let somebody hear an appeal: a human who had no part in anything about this case before.

    Args:
        person: the reviewer.
        record: the decision that is appealed.
        siblings: the other decisions of the same case: who took an interim measure does not hear the appeal.
        matter: the people around the case.
        now_ms: the time.

    Raises:
        NotIndependentError: with the first reason against it.
    """
    check_may_work(person, matter, now_ms)
    if any(person in involved(one) for one in (record, *siblings)):
        bar("involved")


def check_may_confirm(
    person: UserId,
    proposer: UserId,
    approver: UserId | None,
    chain: frozenset[UserId | None],
    matter: Matter,
    now_ms: int,
) -> None:
    """Let somebody release a decision that the brake on mass sanctions holds.

    Nobody who decided any of the burst can: the brake is there because they may be the ones who run away.

    Args:
        person: who looked at it.
        proposer, approver: of the held decision.
        chain: everybody who decided in the burst.
        matter: the people around the case.
        now_ms: the time.

    Raises:
        NotIndependentError: with the first reason against it.
    """
    check_may_work(person, matter, now_ms)
    if person in {proposer, approver} or person in chain:
        bar("same_chain")
