"""Misuse is counted: of one kind, in a month, against a warning that stands."""

from typing import Any

import pytest

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_leaf, rules_misuse
from courtyard.conduct.model import DAY_MS, Item, Lift, Record, Statement
from courtyard.conduct.rules_leaf import Salts
from courtyard.conduct.rules_misuse import Advice, MisuseKind, MisuseRecord, Sent
from courtyard.transparency.rules_leaf import make_leaf
from tests.conduct.makers import BO, M3, NOW, WARNING, feature, record

PAUSE = feature("report.submit.nonurgent")


def _sent(count: int, ago: int = DAY_MS, *, is_manifest: bool = True) -> list[Sent]:
    return [Sent(at=NOW - ago, is_manifest=is_manifest)] * count


def _decided(measure: Any, kind: MisuseKind = "report", ago: int = DAY_MS, **facts: Any) -> Record:
    at = NOW - ago
    item = rules_misuse.item_of(kind, BO, at)
    return record(measure, subject=BO, items=(item,), rule_id="R8.1", issued_at=at, **facts)


def _count(sent: list[Sent], *records: Record) -> MisuseRecord:
    return rules_misuse.count("report", sent, records, NOW)


@pytest.mark.parametrize("kind", ["report", "appeal"])
def test_an_item_says_which_misuse_it_is_about(kind: MisuseKind) -> None:
    item = rules_misuse.item_of(kind, BO, NOW)
    assert rules_misuse.kind_of(item) == kind


@pytest.mark.parametrize(
    "type, id",
    [
        ("account", BO),
        ("account", "reports of "),
        ("account", "likes of @bo:test.example"),
        ("event", "reports of @bo:test.example"),
    ],
)
def test_other_items_are_about_no_misuse(type: Any, id: str) -> None:
    assert rules_misuse.kind_of(Item(type=type, id=id, version="")) is None


def test_only_the_last_month_counts_and_what_a_layperson_sees() -> None:
    sent = [
        *_sent(3),
        *_sent(4, is_manifest=False),
        *_sent(5, ago=30 * DAY_MS),
        *_sent(6, ago=30 * DAY_MS - 1),
        *_sent(7, ago=-1),
    ]
    found = _count(sent)
    assert (found.manifestly_unfounded, found.decided) == (9, 13)
    assert (found.warned_at, found.sent_since_warning, found.pauses) == (None, 0, 0)


def test_the_newest_warning_that_stands_counts() -> None:
    old, new = _decided(WARNING, ago=20 * DAY_MS), _decided(WARNING, ago=2 * DAY_MS)
    found = _count(_sent(3) + _sent(2, ago=2 * DAY_MS) + _sent(4, ago=9 * DAY_MS), old, new)
    assert (found.warned_at, found.sent_since_warning) == (NOW - 2 * DAY_MS, 3)
    at = TimestampMs(NOW - 1)
    lift = Lift(decision_id=new.decision.id, cause="annulled", at=at, ends_at=at, by=M3)
    annulled = _decided(WARNING, ago=2 * DAY_MS, lifts=(lift,))
    assert _count([], old, annulled).warned_at == NOW - 20 * DAY_MS
    assert _count([], _decided(WARNING, kind="appeal")).warned_at is None
    assert _count([], record(WARNING, subject=BO, issued_at=NOW - 1)).warned_at is None


def test_pauses_count_for_half_a_year() -> None:
    assert _count([], _decided(PAUSE)).pauses == 1
    assert _count([], _decided(PAUSE, ago=181 * DAY_MS)).pauses == 0


PAUSED = Advice(step="pause", pause_ms=DAY_MS)
WARNED = Advice(step="warn")
NOTHING = Advice(step="nothing")


@pytest.mark.parametrize(
    "measures, advice",
    [([WARNING], WARNED), ([WARNING], PAUSED), ([PAUSE], PAUSED)],
)
def test_what_is_in_order_may_be_decided(measures: Any, advice: Advice) -> None:
    rules_misuse.check("report", measures, advice)


@pytest.mark.parametrize(
    "measures, advice",
    [
        ([], PAUSED),
        ([WARNING, PAUSE], PAUSED),
        ([WARNING], NOTHING),
        ([PAUSE], NOTHING),
        ([PAUSE], WARNED),
        ([feature("report.submit.nonurgent", length_ms=DAY_MS + 1)], PAUSED),
        ([feature("appeal.submit.repeat")], PAUSED),
        ([feature("feed.like")], PAUSED),
        ([feature("appeal.submit.repeat", "report.submit.nonurgent")], PAUSED),
    ],
)
def test_no_more_than_is_in_order(measures: Any, advice: Advice) -> None:
    with pytest.raises(CourtyardError) as caught:
        rules_misuse.check("report", measures, advice)
    assert caught.value.extra == {"org.courtyard.law": "misuse"}


@pytest.mark.parametrize("is_sealed", [True, False])
def test_a_pause_stands_in_the_log(*, is_sealed: bool) -> None:
    decision = _decided(PAUSE).decision
    statement = Statement(decision_id=decision.id, lang="en", facts="Ten.", explanation="Empty.")
    names = Salts.__struct_fields__
    salts = Salts(**{name: bytes([n]) * 32 for n, name in enumerate(names)})
    hash = "sha256:" + "0" * 64
    leaf = rules_leaf.of_pause(
        decision, statement, "report", "l_" + "1" * 32, hash, salts, is_sealed=is_sealed
    )
    line = make_leaf(leaf.type, leaf.id, leaf.day, leaf.fields).line
    assert leaf.type == "misuse.paused"
    for secret in (BO, "Ten", "Empty", M3):
        assert secret.encode() not in line
    issued = rules_leaf.of_decision(decision, statement, hash, salts, is_sealed=is_sealed)
    for name in ("subject_commit", "statement_commit"):
        assert leaf.fields[name] == issued.fields[name]
    if not is_sealed:
        assert (leaf.fields["kind"], leaf.fields["secs"]) == ("report", 86_400)
        assert leaf.fields["actors"] == issued.fields["actors"]
