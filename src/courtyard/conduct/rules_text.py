"""The rules as a page that people read. It is made from the data, so the two cannot differ."""

import re
from collections.abc import Sequence
from typing import Final

from courtyard.conduct.model_rules import Clause, RuleSet
from courtyard.conduct.rules_leaf import day
from courtyard.conduct.rules_ruleset import protections, sha256

_WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "title": "Rules, version {version}",
        "in_force": "In force from {day} (UTC). Fingerprint: {sha256}",
        "protected": "What is protected",
        "rules": "What is not allowed",
        "max_measure": "At most",
        "example": "For example",
        "warning": "a warning",
        "content": "steps about the content",
        "feature": "single features, for 30 days",
        "suspension": "a suspension of 90 days",
        "block": "a block, heard again within a year",
    },
    "zh": {
        "title": "规则（第 {version} 版）",
        "in_force": "自 {day}（UTC）起生效。指纹：{sha256}",
        "protected": "受保护的内容",
        "rules": "不允许的行为",
        "max_measure": "最重可至",
        "example": "例如",
        "warning": "警告",
        "content": "对内容的处理",
        "feature": "限制个别功能，不超过 30 天",
        "suspension": "停用账号，不超过 90 天",
        "block": "封禁账号，一年之内重新审理",
    },
}


_TAG: Final = re.compile(
    "[A-Za-z]{2,3}(-[A-Za-z]{3})?"
    "(-[A-Za-z]{4})?"
    "(-([A-Za-z]{2}|[0-9]{3}))?"
    "(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
)
"""Language, script, region and variants. Left out is what BCP 47 keeps for later (a language of four to eight letters: somebody wrote
"English" for "en") and what says nothing of the language (extensions, private use)."""


def is_language_tag(text: str) -> bool:
    """Tell whether a text has the shape of a tag of BCP 47, such as `en` or `zh-Hans-CN`; not whether there is such a language.

    spec: RFC 5646, section 2.1
    """
    return _TAG.fullmatch(text) is not None


def languages(ruleset: RuleSet) -> list[str]:
    """Return the languages in which a set of rules is worded, English first."""
    return sorted(ruleset.summary, key=lambda lang: (lang != "en", lang))


def choose(ruleset: RuleSet, wanted: str) -> str:
    """Return the language to answer in: the one that is wanted, its family, or the first there is."""
    return nearest(wanted, languages(ruleset))


def nearest(wanted: str, there: Sequence[str]) -> str:
    """Return the one of several languages that comes nearest to a tag of BCP 47: itself, its family, or the first."""
    for lang in (wanted, wanted.partition("-")[0]):
        if lang in there:
            return lang
    return there[0]


def render(ruleset: RuleSet, lang: str) -> str:
    """Return the rules as Markdown in one of their languages, what is protected first."""
    words = _WORDS.get(lang, _WORDS["en"])
    fields = {
        "version": ruleset.version,
        "day": day(ruleset.effective_at),
        "sha256": sha256(ruleset),
    }
    lines = [f"# {words['title'].format(**fields)}", "", ruleset.summary[lang], ""]
    lines += [words["in_force"].format(**fields), "", f"## {words['protected']}", ""]
    protected = protections(ruleset)
    for clause in protected:
        lines += _clause(clause, lang, words)
    lines += [f"## {words['rules']}", ""]
    for clause in ruleset.clauses:
        if clause not in protected:
            lines += _clause(clause, lang, words)
    return "\n".join(lines).rstrip() + "\n"


def _clause(clause: Clause, lang: str, words: dict[str, str]) -> list[str]:
    wording = clause.wording[lang]
    lines = [f"### {clause.id} {wording.title}", "", wording.text, ""]
    lines += [f"- {words['example']}: {example}" for example in wording.examples]
    if clause.max_measure is not None:
        lines.append(f"- {words['max_measure']}: {words[clause.max_measure]}")
    return [*lines, ""]
