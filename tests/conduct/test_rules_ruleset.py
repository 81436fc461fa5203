"""Which rules can be published, and which are in force."""

import hashlib
from typing import Any

import msgspec
import pytest

from courtyard.base import canonical_json
from courtyard.conduct import rules_ruleset, rules_text
from courtyard.conduct.default_rules import default_rules
from courtyard.conduct.errors import RulesNotPublishableError
from courtyard.conduct.model_rules import Clause, Draft, Wording
from tests.conduct.makers import CLAUSES, HARASSMENT, NOW, PROTECTED, clause, draft, ruleset

FRAUD = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"


def _fault(one: Draft) -> str | None:
    try:
        rules_ruleset.check(one)
    except RulesNotPublishableError as error:
        return error.message
    return None


def test_lawful_rules_can_be_read_and_written() -> None:
    one = draft()
    assert _fault(one) is None
    assert rules_ruleset.parse(msgspec.json.encode(one)) == one


@pytest.mark.parametrize(
    "clauses, words",
    [
        ((HARASSMENT,), "protected speech"),
        ((PROTECTED, HARASSMENT, HARASSMENT), "one id"),
        ((PROTECTED, clause(category="STATEMENT_CATEGORY_OF_OURS")), "no category"),
        ((PROTECTED, clause(max_measure=None)), "heaviest measure"),
        ((PROTECTED, clause(max_measure="interim")), "heaviest measure"),
        ((clause("P1", kind="protected"),), "allows no measure"),
        ((clause("P1", kind="protected", max_measure=None, is_flood=True),), "allows no measure"),
        ((clause("P1", kind="protected", max_measure=None, is_misuse=True),), "no measure"),
        (
            (clause("P1", kind="protected", max_measure=None, severe="ongoing_fraud"),),
            "no measure",
        ),
        ((PROTECTED, clause(severe="ongoing_fraud")), "is counted under"),
        ((PROTECTED, clause(is_misuse=True)), "no more than a feature"),
        ((PROTECTED, clause(wording={"zh": Wording(title="规则", text="不要。")})), "every language"),
    ],
)  # fmt: skip
def test_rules_that_contradict_themselves_are_none(clauses: tuple[Clause, ...], words: str) -> None:
    assert words in (_fault(draft(*clauses)) or "")


def test_severe_matters_stand_under_their_own_category() -> None:
    assert _fault(draft(PROTECTED, clause(severe="ongoing_fraud", category=FRAUD))) is None
    assert _fault(draft(PROTECTED, clause(is_misuse=True, max_measure="feature"))) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"burst_max": 3}',
        msgspec.json.encode(msgspec.to_builtins(draft()) | {"burst_max": 0}),
        msgspec.json.encode(msgspec.to_builtins(draft()) | {"burst_max": 51}),
        msgspec.json.encode(msgspec.to_builtins(draft()) | {"surprise": 1}),
        msgspec.json.encode(msgspec.to_builtins(draft()) | {"clauses": []}),
        b" " * (rules_ruleset.RULESET_BYTES_MAX + 1),
    ],
    ids=range(10),
)
def test_what_is_no_set_of_rules_is_refused(body: bytes) -> None:
    with pytest.raises(RulesNotPublishableError):
        rules_ruleset.parse(body)


def test_versions_follow_each_other_and_reach_back_to_nothing() -> None:
    first = rules_ruleset.publish(draft(), [], NOW, NOW + 1)
    assert (first.version, first.published_at, first.effective_at) == (1, NOW, NOW + 1)
    second = rules_ruleset.publish(draft(), [first], NOW, NOW + 5)
    assert (second.version, second.clauses, second.burst_max) == (2, CLAUSES, 3)
    with pytest.raises(RulesNotPublishableError, match="reaches back"):
        rules_ruleset.publish(draft(), [], NOW, NOW)
    with pytest.raises(RulesNotPublishableError, match="after those before"):
        rules_ruleset.publish(draft(), [first, second], NOW, NOW + 5)


def test_the_rules_at_a_time() -> None:
    both = [ruleset(1, 100), ruleset(2, 200)]
    versions = [rules_ruleset.at(both, when) for when in (99, 100, 199, 200)]
    assert [one and one.version for one in versions] == [None, 1, 1, 2]


def test_the_fingerprint_is_of_the_published_bytes() -> None:
    one = ruleset()
    published = rules_ruleset.encode(one)
    assert canonical_json.encode(msgspec.json.decode(published)) == published
    assert rules_ruleset.sha256(one) == f"sha256:{hashlib.sha256(published).hexdigest()}"
    assert rules_ruleset.sha256(ruleset(2)) != rules_ruleset.sha256(one)


# --- the rules that come with the program ------------------------------------------------------------


def test_the_default_rules_are_lawful_and_in_two_languages() -> None:
    rules = default_rules()
    assert set(rules.summary) == {"en", "zh"}
    assert all(set(one.wording) == {"en", "zh"} for one in rules.clauses)


def test_the_default_rules_cover_what_they_should() -> None:
    categories = {
        one.category.removeprefix("STATEMENT_CATEGORY_") for one in default_rules().clauses
    }
    assert categories >= {
        "OTHER_VIOLATION_TC",
        "SCAMS_AND_FRAUD",
        "CYBER_VIOLENCE",
        "VIOLENCE",
        "PROTECTION_OF_MINORS",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
    }
    severe = {one.severe for one in default_rules().clauses}
    assert severe == {None, "sexual_abuse_of_minors", "threat_to_life", "ongoing_fraud"}


def test_criticism_is_named_as_protected_speech() -> None:
    published = rules_ruleset.publish(default_rules(), [], NOW, NOW + 1)
    (first, *_) = rules_ruleset.protections(published)
    assert "Criticism of any government, party, officer or operator is protected speech" in (
        first.wording["en"].text
    )
    assert first.wording["zh"].text.startswith(
        "对任何政府、政党、官员或者运营者的批评都是受保护的言论"
    )


# --- as a page -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_says_everything_that_the_data_says(lang: str) -> None:
    published = rules_ruleset.publish(default_rules(), [], NOW, NOW + 1)
    page = rules_text.render(published, lang)
    assert rules_ruleset.sha256(published) in page
    for one in published.clauses:
        wording = one.wording[lang]
        for text in (wording.title, wording.text, *wording.examples):
            assert text in page
    assert page.index("P1") < page.index("R1.1")


def test_a_page_in_a_language_without_words_of_ours_has_english_headings() -> None:
    changes: dict[str, Any] = {"wording": {"fr": Wording(title="Une règle", text="Non.")}}
    one = ruleset(
        summary={"fr": "Règles."},
        clauses=(clause("P1", kind="protected", max_measure=None, **changes), clause(**changes)),
    )
    page = rules_text.render(one, "fr")
    assert "# Rules, version 1" in page
    assert "Une règle" in page


@pytest.mark.parametrize(
    "wanted, lang", [("zh", "zh"), ("zh-TW", "zh"), ("en", "en"), ("fr", "en"), ("", "en")]
)
def test_the_language_is_the_readers_where_there_is_one(wanted: str, lang: str) -> None:
    published = rules_ruleset.publish(default_rules(), [], NOW, NOW + 1)
    assert rules_text.choose(published, wanted) == lang


@pytest.mark.parametrize(
    "tag", ["en", "zh-CN", "zh-Hans-CN", "pt-BR", "es-419", "yue", "zh-yue", "sl-rozaj-1994", "EN"]
)
def test_a_language_tag_is_well_formed(tag: str) -> None:
    """spec: RFC 5646, section 2.1."""
    assert rules_text.is_language_tag(tag)


@pytest.mark.parametrize(
    "tag",
    [
        *("", "e", "zh_CN", "中文", "English", "en-", "-en", "en--US", "en-12", "en US"),
        # Letters that are one of ours in another case, and an end of a line.
        *("\u212ao", "\u017fv", "en\n"),
    ],
)
def test_what_is_no_language_tag(tag: str) -> None:
    assert not rules_text.is_language_tag(tag)
