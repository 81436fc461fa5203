"""A month as a page for people, to read and to print. A long month has several pages."""

from typing import Final

from courtyard.base.page import Child, Html, document, table, tag
from courtyard.wallet.rails.rules import decimal
from courtyard.wallet.statements.model import Entry, Statement
from courtyard.wallet.statements.rules import utc
from courtyard.wallet.statements.words import say

ENTRIES_MAX: Final = 1_000
"""Entries on one page."""
_TAGS: Final = {"en": "en", "zh": "zh-Hans"}


def as_page(statement: Statement, entries: list[Entry], lang: str, server: str) -> str:
    """Return a page with entries of a month, in `en` or `zh`."""
    currency = statement.currency

    def money(amount: int) -> Html:
        sign = "\u2212" if amount < 0 else ""
        return tag("span", f"{sign}{decimal(abs(amount), currency.scale)}", class_="number")

    cards: list[tuple[str, Child]] = [
        (say(lang, "opening"), money(statement.opening)),
        (say(lang, "credits", count=statement.credit_count), money(statement.credits)),
        (say(lang, "debits", count=statement.debit_count), money(-statement.debits)),
        (say(lang, "closing"), money(statement.closing)),
    ]
    rows: list[list[Child]] = [
        [
            utc(one.made_at).strftime("%Y-%m-%d %H:%M"),
            say(lang, one.kind),
            money(one.amount),
            money(one.balance),
            one.counterpart,
        ]
        for one in entries
    ]
    heads = [say(lang, key) for key in ("time", "kind", "amount", "balance", "with")]
    listed: Html = tag("p", say(lang, "none"))
    if rows:
        listed = table(f"{say(lang, 'entries')} · {currency.code}", heads, rows)
    title = say(lang, "title", month=statement.month.name)
    site = say(lang, "site", server=server)
    until = utc(statement.until_ms).strftime("%Y-%m-%d %H:%M")
    return document(
        _TAGS[lang],
        f"{title} \u2013 {site}",
        tag("a", say(lang, "skip"), href="#main", class_="skip"),
        tag("header", tag("div", tag("span", site, class_="home"), class_="inner")),
        tag(
            "main",
            tag("h1", title),
            tag(
                "p", f"{say(lang, 'holder')} {statement.holder} · {currency.name} ({currency.code})"
            ),
            tag("p", say(lang, "until", time=until), class_="quiet"),
            tag("dl", *(_card(*one) for one in cards), class_="cards"),
            tag("h2", say(lang, "entries")),
            listed,
            *_more(statement, entries, lang),
            id="main",
            class_="inner",
            tabindex=-1,
        ),
        tag("footer", tag("div", say(lang, "foot"), class_="inner")),
    )


def _card(name: str, value: Child) -> Html:
    return tag("div", tag("dt", name), tag("dd", value))


def _more(statement: Statement, entries: list[Entry], lang: str) -> list[Html]:
    if not entries or entries[-1].seq >= statement.last:
        return []
    link = tag("a", say(lang, "next"), href=f"?start={entries[-1].seq}&lang={lang}")
    return [tag("p", say(lang, "part", count=len(entries)), " ", link)]
