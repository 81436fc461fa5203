"""What goes into the log, and into the EU's database: nothing by which anybody is known."""

import re
from typing import Any

import msgspec
import pytest

from courtyard.base import canonical_json
from courtyard.base.ids import TimestampMs
from courtyard.conduct import rules_dsa, rules_leaf, rules_ruleset
from courtyard.conduct.model import (
    AUTOMATON,
    DAY_MS,
    Item,
    Lift,
    LiftCause,
    Statement,
    WantedMeasure,
)
from courtyard.conduct.rules_brake import Burst
from courtyard.conduct.rules_dsa import Public
from courtyard.conduct.rules_leaf import Leaf, Salts
from courtyard.transparency.rules_leaf import commit
from tests.conduct.makers import (
    ANA,
    BLOCK,
    HIDDEN,
    INTERIM,
    M1,
    M2,
    M3,
    NOW,
    SUSPENSION,
    WARNING,
    appeal,
    decision,
    feature,
    later,
    record,
    ruleset,
)

SALTS = Salts(
    statement=b"s" * 32, subject=b"u" * 32, reasons=b"r" * 32, detail=b"d" * 32, case=b"c" * 32
)
SAID = Statement(decision_id=decision().id, lang="en", facts="You wrote it.", explanation="Cruel.")
HASH = re.compile("sha256:[0-9a-f]{64}")
DAY = "1972-09-27"


def _of_decision(*measures: WantedMeasure, is_sealed: bool = False, **changes: Any) -> Leaf:
    return rules_leaf.of_decision(
        decision(*measures, **changes), SAID, "sha256:" + "0" * 64, SALTS, is_sealed=is_sealed
    )


def test_a_decision_says_what_by_which_rule_and_how_it_came_about() -> None:
    leaf = _of_decision(feature("feed.like", "feed.post"), HIDDEN, WARNING)
    assert (leaf.type, leaf.id, leaf.day) == ("decision.issued", decision().id, DAY)
    assert leaf.fields | {"actors": [], "subject_commit": "", "statement_commit": ""} == {
        "rules": "sha256:" + "0" * 64,
        "rule": "R3.1",
        "ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "category": "STATEMENT_CATEGORY_CYBER_VIOLENCE",
        "measures": [
            {"type": "feature", "secs": 86_400, "caps": ["feed.like", "feed.post"]},
            {"type": "content", "secs": 30 * 86_400, "content": "hide"},
            {"type": "warning", "secs": 90 * 86_400},
        ],
        "src": "SOURCE_ARTICLE_16",
        "auto_det": False,
        "auto_dec": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "severe": False,
        "actors": [],
        "subject_commit": "",
        "statement_commit": "",
    }


def _all_leaves(*, is_sealed: bool) -> list[Leaf]:
    one = record(feature("feed.like", "mention:@bo:test.example"), appeals=(appeal(NOW + 5),))
    ruling = later(appeal(NOW + 5), NOW + 1)
    lift = Lift(
        decision_id=one.decision.id,
        cause="reduced",
        at=TimestampMs(NOW),
        ends_at=TimestampMs(NOW),
        capabilities=("feed.like",),
        by=M3,
    )
    lifted = msgspec.structs.replace(one, lifts=(lift,))
    leaves = [_of_decision(feature("mention:@bo:test.example"), is_sealed=is_sealed)]
    for cause in ("lifted", "overturned", "annulled", "reduced"):
        other = msgspec.structs.replace(lift, cause=cause)
        leaves.append(rules_leaf.of_lift(other, lifted, "l_1", SALTS, is_sealed=is_sealed))
    leaves.append(rules_leaf.of_appeal(one.appeals[0], SALTS, is_sealed=is_sealed))
    leaves.append(rules_leaf.of_ruling(ruling, ANA, "l_2", SALTS, is_sealed=is_sealed))
    return leaves


OPEN = [
    rules_leaf.of_burst(Burst(of="R3.1", decisions=(decision(),)), "R3.1", "b_1", NOW),
    rules_leaf.of_release("b_1", "l_3", M3, SALTS, NOW),
    rules_leaf.of_ruleset(ruleset(), "rs_1"),
]


@pytest.mark.parametrize("is_sealed", [True, False])
def test_no_leaf_holds_a_name_a_text_or_an_hour(*, is_sealed: bool) -> None:
    for leaf in _all_leaves(is_sealed=is_sealed) + OPEN:
        line = canonical_json.encode(msgspec.to_builtins(leaf)).decode()
        for secret in ("@", "test.example", "wrote", "Cruel", "joke", "No.", str(NOW)[:8]):
            assert secret not in line, line


def test_a_sealed_leaf_is_commitments_and_nothing_else() -> None:
    for sealed, told in zip(_all_leaves(is_sealed=True), _all_leaves(is_sealed=False), strict=True):
        assert sealed.type == told.type
        assert all(HASH.fullmatch(value) for value in sealed.fields.values())
        detail = canonical_json.encode(told.fields)
        # Whoever has the salt can open it.
        assert sealed.fields["detail_commit"] == commit(SALTS.detail, detail)
        assert {name for name in told.fields if name.endswith("_commit")} < set(sealed.fields)


def test_a_sealed_leaf_is_opened_by_what_it_would_say_in_the_open() -> None:
    sealed, open = (_of_decision(BLOCK, is_sealed=is_sealed) for is_sealed in (True, False))
    detail = rules_leaf.detail_of_decision(decision(BLOCK), SAID, "sha256:" + "0" * 64, SALTS)
    assert sealed.fields["detail_commit"] == commit(SALTS.detail, detail)
    assert canonical_json.encode(open.fields) == detail
    other = rules_leaf.detail_of_decision(decision(WARNING), SAID, "sha256:" + "0" * 64, SALTS)
    assert sealed.fields["detail_commit"] != commit(SALTS.detail, other)


def test_a_reduction_says_what_is_left() -> None:
    reduced = next(one for one in _all_leaves(is_sealed=False) if one.type == "decision.reduced")
    assert reduced.fields["measures"] == [
        {"type": "feature", "secs": 0, "caps": ["feed.like"]},
        {"type": "feature", "secs": 86_400, "caps": ["mention"]},
    ]
    shorter = Lift(
        decision_id=decision().id,
        cause="reduced",
        at=TimestampMs(NOW),
        ends_at=TimestampMs(NOW + DAY_MS),
        by=M3,
    )
    one = record(WARNING, lifts=(shorter,))
    leaf = rules_leaf.of_lift(shorter, one, "l_1", SALTS, is_sealed=False)
    assert leaf.fields["measures"] == [{"type": "warning", "secs": 86_400}]


@pytest.mark.parametrize("cause", ["lifted", "overturned"])
def test_a_lift_says_why(cause: LiftCause) -> None:
    now = TimestampMs(NOW)
    lift = Lift(decision_id=decision().id, cause=cause, at=now, ends_at=now, by=M3)
    leaf = rules_leaf.of_lift(lift, record(), "l_1", SALTS, is_sealed=False)
    assert (leaf.type, leaf.fields["cause"]) == ("decision.lifted", cause)


def test_all_can_see_that_another_human_heard_the_appeal_and_nobody_who() -> None:
    issued = _of_decision(confirmer=M3).fields["actors"]
    assert len(set(issued)) == 3
    assert all(re.fullmatch("a:[0-9a-f]{24}", tag) for tag in issued)
    heard = rules_leaf.of_ruling(later(appeal(NOW), NOW), ANA, "l_1", SALTS, is_sealed=False)
    assert heard.fields["actors"][0] not in issued
    same = later(appeal(NOW), NOW, reviewer=M1)
    again = rules_leaf.of_ruling(same, ANA, "l_1", SALTS, is_sealed=False)
    assert again.fields["actors"] == issued[:1]
    # In another case the same person is somebody else.
    assert rules_leaf.actor_tag(b"x" * 32, M1) != rules_leaf.actor_tag(b"y" * 32, M1)


def test_who_takes_an_appeal_back_and_what_software_decides_has_a_tag_too() -> None:
    gone = later(appeal(NOW), NOW, reviewer=None, outcome="withdrawn")
    leaf = rules_leaf.of_ruling(gone, ANA, "l_1", SALTS, is_sealed=False)
    assert leaf.fields["actors"] == [rules_leaf.actor_tag(SALTS.case, ANA)]
    assert len(_of_decision(proposer=AUTOMATON, approver=None).fields["actors"]) == 1
    assert len(_of_decision(proposer=M1, approver=M2).fields["actors"]) == 2


def test_a_commitment_opens_with_its_salt_and_its_bytes_alone() -> None:
    one = commit(SALTS.statement, b"text")
    assert HASH.fullmatch(one)
    assert one == commit(SALTS.statement, b"text")
    assert one != commit(SALTS.statement, b"texts")
    assert one != commit(SALTS.subject, b"text")
    with pytest.raises(AssertionError):
        commit(b"short", b"text")


def test_the_rules_and_a_burst_are_never_sealed() -> None:
    burst, release, rules = OPEN
    assert burst.fields == {"rule": "R3.1", "count": 1, "secs": 86_400}
    assert release.fields["burst"] == "b_1"
    assert rules.fields == {
        "rules": rules_ruleset.sha256(ruleset()),
        "version": 1,
        "effective": "1970-01-01",
    }


def test_equal_pictures_are_one_topic() -> None:
    one, other = (Item(type="event", id=name, version="abc") for name in ("$1", "$2"))
    assert rules_leaf.item_topic(one) == rules_leaf.item_topic(other)
    edited = msgspec.structs.replace(one, version="abd")
    assert rules_leaf.item_topic(edited) != rules_leaf.item_topic(one)


# --- the EU's database ------------------------------------------------------------------------------------

PUBLIC = Public(
    facts="The account sent the same insult to one person for a week.",
    ground="Rule R3.1, version 1",
    explanation="It was meant to degrade.",
    content_types=("CONTENT_TYPE_TEXT",),
)


def _record(*measures: WantedMeasure, public: Public = PUBLIC, **changes: Any) -> dict[str, Any]:
    found = rules_dsa.record(decision(*measures, **changes), public)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "measures, fields",
    [
        (
            (feature(),),
            {
                "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
                "end_date_service_restriction": "1972-09-28",
            },
        ),
        (
            (INTERIM,),
            {
                "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
                "end_date_service_restriction": "1972-09-29",
            },
        ),
        (
            (SUSPENSION,),
            {
                "decision_account": "DECISION_ACCOUNT_SUSPENDED",
                "end_date_account_restriction": "1972-10-04",
            },
        ),
        (
            (BLOCK,),
            {
                "decision_account": "DECISION_ACCOUNT_TERMINATED",
                "end_date_account_restriction": "1973-09-27",
            },
        ),
        (
            (HIDDEN, msgspec.structs.replace(HIDDEN, step="label", length_ms=40 * DAY_MS), WARNING),
            {
                "decision_visibility": [
                    "DECISION_VISIBILITY_CONTENT_DISABLED",
                    "DECISION_VISIBILITY_CONTENT_LABELLED",
                ],
                "end_date_visibility_restriction": "1972-11-06",
            },
        ),
    ],
)
def test_a_decision_as_a_record(measures: Any, fields: dict[str, Any]) -> None:
    found = _record(*measures)
    assert rules_dsa.faults(found) == []
    kinds = {name for name in found if name.startswith(("decision_", "end_date"))}
    assert kinds - {"decision_ground", "decision_facts"} == set(fields)
    assert {name: found[name] for name in fields} == fields


def test_a_decision_by_law_with_everything() -> None:
    public = msgspec.structs.replace(PUBLIC, territorial_scope=("DE", "FR"), lang="de")
    found = _record(
        feature(),
        public=public,
        ground="illegal",
        legal_ground="Section 238",
        automated_detection=True,
        automated_decision="partially",
        source="own_initiative",
    )
    assert rules_dsa.faults(found) == []
    assert found["illegal_content_legal_ground"] == "Section 238"
    assert found["territorial_scope"] == ["DE", "FR"]
    assert (found["content_language"], found["automated_detection"]) == ("DE", "Yes")
    assert found["source_type"] == "SOURCE_VOLUNTARY"


def test_a_warning_restricts_nothing() -> None:
    assert rules_dsa.record(decision(WARNING), PUBLIC) is None


@pytest.mark.parametrize("name", sorted(rules_dsa.REQUIRED))
def test_every_required_field_is_missed(name: str) -> None:
    found = _record()
    del found[name]
    assert f"{name}: missing" in rules_dsa.faults(found)


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"puid": "a b"}, "puid: not a possible value"),
        ({"puid": "a" * 501}, "puid: not a possible value"),
        ({"category": "SOMETHING"}, "category: not a possible value"),
        ({"decision_facts": ""}, "decision_facts: not a possible value"),
        ({"decision_facts": "x" * 5_001}, "decision_facts: not a possible value"),
        ({"decision_facts": None}, "decision_facts: not a possible value"),
        ({"content_type": []}, "content_type: not a possible value"),
        ({"content_type": "CONTENT_TYPE_TEXT"}, "content_type: not a possible value"),
        ({"content_type": ["CONTENT_TYPE_TEXT"] * 2}, "content_type: not a possible value"),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, "content_type_other: required with CONTENT_TYPE_OTHER"),
        ({"territorial_scope": ["XX"]}, "territorial_scope: not a possible value"),
        ({"content_language": "deu"}, "content_language: not a possible value"),
        ({"content_date": "27.9.1972"}, "content_date: not a possible value"),
        ({"automated_detection": True}, "automated_detection: not a possible value"),
        ({"surprise": 1}, "surprise: no such field"),
        (
            {"source_type": "SOURCE_VOLUNTARY", "source_identity": "Somebody"},
            "source_identity: nobody else was the source",
        ),
        (
            {"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"},
            "illegal_content_explanation: required with DECISION_GROUND_ILLEGAL_CONTENT",
        ),
        (
            {"decision_monetary": "DECISION_MONETARY_OTHER"},
            "decision_monetary_other: required with DECISION_MONETARY_OTHER",
        ),
        (
            {"decision_visibility": ["DECISION_VISIBILITY_OTHER"]},
            "decision_visibility_other: required with DECISION_VISIBILITY_OTHER",
        ),
    ],
)  # fmt: skip
def test_what_the_database_would_refuse_is_found(changes: dict[str, Any], fault: str) -> None:
    assert fault in rules_dsa.faults(_record() | changes)


def test_a_record_restricts_something() -> None:
    found = _record()
    del found["decision_provision"]
    assert rules_dsa.faults(found) == ["decision: one of the four kinds is required"]
