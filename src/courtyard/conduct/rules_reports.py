"""Reports: what a report has to say, how reports of one thing come together, and which case is next.

The number of reports never acts. It orders the queue, and less and less so: a thousand reports weigh little more than a hundred.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from courtyard.base.errors import InvalidParamError, TooLargeError
from courtyard.conduct.model import DAY_MS, CaseId, Item, ItemType, Record
from courtyard.conduct.model_cases import Accuracy, CaseSummary, Fate, Report, ReportFacts
from courtyard.conduct.rules_dsa_words import CATEGORIES
from courtyard.conduct.rules_effect import is_cancelled

EXPLANATION_CHARS_MAX: Final = 5_000
CONTACT_CHARS_MAX: Final = 254
"""The longest mail address (RFC 5321)."""
NAME_BYTES_MAX: Final = 1_024
"""The longest id or version of an item."""
OF_ACCOUNTS: Final[frozenset[ItemType]] = frozenset({"account", "profile"})
"""Items whose id says whose they are."""
MINORS: Final = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"


def check(report: Report) -> None:
    """Check that a report says enough to be looked at. DSA art. 16(2).

    A notice without an account names a mail address, except about the abuse of minors, where nobody has to.

    Raises:
        InvalidParamError: it says too little, or something that is no category.
        TooLargeError: it says too much.
    """
    if len(report.explanation) > EXPLANATION_CHARS_MAX or len(report.contact) > CONTACT_CHARS_MAX:
        raise TooLargeError(f"A report has at most {EXPLANATION_CHARS_MAX} characters.")
    names = (report.item.id, report.item.version)
    if any(len(name.encode("utf-8", "replace")) > NAME_BYTES_MAX for name in names):
        raise TooLargeError("The name of what is reported is too long.")
    if not report.item.id:
        raise InvalidParamError("A report says what it is about.")
    if report.item.type in OF_ACCOUNTS and not report.item.id.startswith("@"):
        raise InvalidParamError("An account is named by its user id.")
    if report.item.type in OF_ACCOUNTS and report.subject not in (None, report.item.id):
        raise InvalidParamError("A report about an account is about nobody else.")
    if report.category not in CATEGORIES:
        raise InvalidParamError("There is no such category.")
    if report.reporter is not None:
        # Matrix's own endpoints ask for no reason and no promise, so an account need not give them.
        return
    if not report.explanation.strip():
        raise InvalidParamError("A notice says why.")
    if not report.is_good_faith:
        raise InvalidParamError("A notice is made in good faith, and says so.")
    if "@" not in report.contact and report.category != MINORS:
        raise InvalidParamError("A notice names a mail address for the answer.")


def fate(item: Item, open_items: Iterable[Item], records: Iterable[Record]) -> Fate:
    """Return what becomes of a report about an item.

    Args:
        item: what is reported, in the version that was seen.
        open_items: what open cases are about. Other versions of the same item belong together.
        records: decisions against the subject.
    """
    if any((one.type, one.id) == (item.type, item.id) for one in open_items):
        return "joins"
    if any(item in record.decision.items and not is_cancelled(record) for record in records):
        return "already_judged"
    return "opens"


def weight(accuracy: Accuracy) -> int:
    """Return how much one reporter counts in the order of the queue, from 1 to 4. A stranger counts 2.

    Everybody counts: who was wrong a hundred times may be right today.
    """
    total = accuracy.founded + accuracy.unfounded
    if total < 4:
        return 2
    return 1 + 3 * accuracy.founded // total


def urgency(case: CaseSummary) -> int:
    """Return 2 if somebody may be in danger, 1 if a law may be broken, else 0."""
    if "urgent" in case.kinds:
        return 2
    return 1 if "illegal" in case.kinds else 0


def rank(case: CaseSummary, now_ms: int) -> tuple[int, int]:
    """Return the place of a case in the queue: larger is sooner.

    First urgency. Then points: one for each doubling of the reporters' weight, and one for each half day of waiting, so
    that no case waits for ever behind louder ones.
    """
    loudness = sum(weight(one) for one in case.accuracies).bit_length()
    waiting = max(0, now_ms - case.opened_at) // (DAY_MS // 2)
    return urgency(case), loudness + waiting


def next_case(cases: Sequence[CaseSummary], draw: int, now_ms: int) -> CaseId | None:
    """Return the case that somebody gets who asks for work. Nobody picks.

    Args:
        cases: those that this person may work on.
        draw: a random number that nobody can choose; among cases of one rank it decides.
        now_ms: the time.
    """
    if not cases:
        return None
    first = max(rank(case, now_ms) for case in cases)
    among = sorted(case.id for case in cases if rank(case, now_ms) == first)
    return among[draw % len(among)]


def steps_of(facts: ReportFacts) -> list[dict[str, Any]]:
    """Return every state that a report has been in, each with its time, the newest last.

    What is taken in is acknowledged by the answer itself, so these two have one time.
    """
    at = facts.report.received_at
    steps: list[dict[str, Any]] = [
        {"state": "received", "at": at},
        {"state": "acknowledged", "at": at},
    ]
    if facts.fate == "already_judged":
        return [*steps, {"state": "already_judged", "at": at}]
    steps.append({"state": "merged" if facts.fate == "joins" else "in_case", "at": at})
    if facts.decided_at is not None:
        steps.append({"state": "decided", "at": facts.decided_at})
    if facts.informed_at is not None:
        steps.append({"state": "reporter_informed", "at": facts.informed_at})
    return steps
