"""What an account is told, in every language: nothing left out, and nobody's words translated."""

from __future__ import annotations

import string
from typing import Any, get_args

import msgspec
import pytest

from courtyard.base.ids import UserId
from courtyard.conduct import rules_letters
from courtyard.conduct.model import (
    DAY_MS,
    Automation,
    ContentStep,
    Measure,
    MeasureType,
    Outcome,
    Statement,
)
from courtyard.conduct.model_mail import What
from courtyard.gate.model import RESTRICTABLE
from tests.conduct.makers import ANA, decision, ruleset

LANGUAGES = rules_letters.languages()
FACTS = "Vous avez écrit à quelqu'un."
KEY = "a-key"


def told(lang: str, *measures: Measure, written: str = "en", **changes: Any) -> str:
    made = msgspec.structs.replace(decision(), **changes)
    if measures:
        made = msgspec.structs.replace(made, measures=measures)
    statement = Statement(decision_id=made.id, lang=written, facts=FACTS, explanation="{so} it is")
    return rules_letters.statement_text(lang, made, statement, ruleset(), KEY)


def measure(type: MeasureType, step: ContentStep | None = None) -> Measure:
    (one,) = decision().measures
    return msgspec.structs.replace(one, type=type, step=step)


@pytest.mark.parametrize(
    "wanted,lang",
    [
        ("en", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
        ("{subject}", "en"),
    ],
)
def test_the_wanted_language_or_its_family_or_english(wanted: str, lang: str) -> None:
    assert rules_letters.language_for(wanted) == lang


def test_every_language_has_every_word_with_the_same_gaps() -> None:
    def gaps(words: dict[str, str]) -> dict[str, set[str]]:
        return {
            name: {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for name, text in words.items()
        }

    english = gaps(rules_letters._FRAMES["en"])
    named = {
        *(get_args(MeasureType)),
        *(get_args(ContentStep)),
        *(get_args(Outcome)),
        *(get_args(Automation)),
        *(f"subject_{what}" for what in get_args(What)),
    }
    # What is taken back is told to nobody, and a step about content says which it is.
    assert named - set(english) == {"withdrawn", "content"}
    for lang in LANGUAGES:
        assert gaps(rules_letters._FRAMES[lang]) == english
        assert set(rules_letters.CAPABILITIES[lang]) == set(RESTRICTABLE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_statement_says_what_until_when_by_which_rule_and_what_can_be_done(lang: str) -> None:
    text = told(lang)
    assert ANA in text
    for capability in measure("feature").capabilities:
        assert rules_letters.CAPABILITIES[lang][capability] in text
        assert capability not in text
    assert "UTC" in text
    assert "R3.1" in text
    assert FACTS in text
    assert "{so} it is" in text
    assert text.endswith(KEY)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("type", [one for one in get_args(MeasureType) if one != "content"])
def test_every_measure_has_its_sentence(lang: str, type: MeasureType) -> None:
    one = measure(type)
    lines = told(lang, one, measure("warning")).split("\n\n")[1].split("\n")
    assert len(lines) == 2
    assert rules_letters.moment(one.ends_at) in lines[0]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("step", get_args(ContentStep))
def test_every_step_about_content_has_its_sentence(lang: str, step: ContentStep) -> None:
    one = measure("content", step)
    assert rules_letters.moment(one.ends_at) in told(lang, one).split("\n\n")[1]


def test_the_language_of_the_reasons_is_named_where_it_is_another() -> None:
    assert "language" not in told("en", written="en-GB")
    assert "“中文”" in told("en", written="zh-CN")
    assert "“fr”" in told("en", written="fr")
    assert "“English”" in told("zh", written="en")
    assert "语言" not in told("zh", written="zh")


def test_a_law_is_named_where_it_is_the_ground() -> None:
    assert "Law: § 1 of it" in told("en", ground="illegal", legal_ground="§ 1 of it")
    assert "Law" not in told("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_software_that_took_part_is_told(lang: str) -> None:
    texts = {told(lang, automated_decision=one) for one in get_args(Automation)}
    assert len(texts) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_lifts_and_codes(lang: str) -> None:
    user_id = UserId("@alice:test.example")
    outcomes: tuple[Outcome, ...] = ("upheld", "reduced", "overturned", "inadmissible")
    answers = {rules_letters.ruling_text(lang, user_id, one, "{because}") for one in outcomes}
    assert len(answers) == len(outcomes)
    assert all(user_id in one and one.endswith("\n\n{because}") for one in answers)
    assert user_id in rules_letters.lift_text(lang, user_id)
    heard = {
        rules_letters.hearing_text(lang, user_id, DAY_MS, is_confirmed=one) for one in (True, False)
    }
    assert len(heard) == 2
    assert all(user_id in one and rules_letters.moment(DAY_MS) in one for one in heard)
    code = rules_letters.code_text(lang, user_id, "abcd-efgh")
    assert user_id in code
    assert "abcd-efgh" in code


def test_a_time_is_told_in_utc() -> None:
    assert rules_letters.moment(DAY_MS + 3_660_000) == "1970-01-02 01:01 UTC"
