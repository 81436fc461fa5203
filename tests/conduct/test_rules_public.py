"""What everybody reads of a decision: what the log says, and nothing else."""

from typing import Any

import msgspec
import pytest

from courtyard.base.errors import InvalidParamError
from courtyard.conduct import rules_dsa, rules_public
from courtyard.conduct.model import DAY_MS, Item
from courtyard.conduct.rules_public import day_bounds, decision_line, dsa_record, parse_entry
from tests.conduct.makers import (
    BLOCK,
    HARASSMENT,
    NOW,
    SUSPENSION,
    WARNING,
    clause,
    decision,
    feature,
    record,
)


def _entry(index: int, **content: Any) -> rules_public.Entry:
    return parse_entry(index, msgspec.json.encode(content))


def test_an_open_decision_has_what_became_of_it_in_the_order_of_the_log() -> None:
    facts = [_entry(9, t="appeal.decided"), _entry(8, t="appeal.submitted")]
    sealed = _entry(10, t="decision.lifted", detail_commit="sha256:0")
    line = decision_line(_entry(7, id="d_1"), [*facts, sealed], record(feature(), WARNING), NOW)
    assert line == {
        "log_index": 7,
        "sealed": False,
        "entry": {"id": "d_1"},
        "measures": [
            {"type": "feature", "state": "active"},
            {"type": "warning", "state": "active"},
        ],
        "facts": [
            {"log_index": 8, "entry": {"t": "appeal.submitted"}},
            {"log_index": 9, "entry": {"t": "appeal.decided"}},
        ],
    }


def test_a_sealed_decision_has_nothing_by_which_it_could_be_told_from_others() -> None:
    issued = _entry(7, id="d_1", detail_commit="sha256:0")
    line = decision_line(issued, [_entry(8, t="decision.lifted")], record(), NOW)
    assert line == {"log_index": 7, "sealed": True, "entry": issued.content}


@pytest.mark.parametrize("wanted", [feature(), SUSPENSION, BLOCK])
def test_a_record_for_the_eu_is_one_that_its_database_takes(wanted: Any) -> None:
    items = (
        Item(type="event", id="$1", version="1"),
        Item(type="account", id="@ana:x", version=""),
    )
    both: list[dict[str, Any]] = [{}, {"ground": "illegal", "legal_ground": "Penal code"}]
    for changes in both:
        made = decision(wanted, items=items, **changes)
        found = dsa_record(made, HARASSMENT)
        assert found is not None
        assert rules_dsa.faults(found) == []
        assert found["puid"] == made.id
        assert found["content_type_other"] == "conduct of an account, message"
        assert "@" not in str(found)


def test_a_rule_that_is_long_or_has_no_english_is_cut_or_told_as_it_is() -> None:
    wording = {"zh": {"title": "题", "text": "长" * 4_000}}
    long = msgspec.convert(msgspec.to_builtins(clause()) | {"wording": wording}, type(clause()))
    found = dsa_record(decision(), long)
    assert found is not None
    assert rules_dsa.faults(found) == []
    assert len(found["incompatible_content_explanation"]) == 2_000
    assert dsa_record(decision(WARNING), HARASSMENT) is None


def test_days_are_whole_and_both_count() -> None:
    assert day_bounds(None, None) == (0, 2**53)
    assert day_bounds("1970-01-02", "1970-01-02") == (DAY_MS, 2 * DAY_MS)
    for first, last in [
        ("1970-01-03", "1970-01-02"),
        ("x", None),
        ("", None),
        (None, "2026-02-30"),
        ("20260101", None),
        ("2026-W01-1", None),
        ("1969-12-31", None),
        ("2026-1-1", None),
    ]:
        with pytest.raises(InvalidParamError):
            day_bounds(first, last)
