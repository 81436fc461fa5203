"""The public pages. Each takes what `public` answers and returns a page; nothing is asked or computed here."""

from typing import Any, Final

import msgspec

from courtyard.base.page import Child, Html, document, table, tag, terms
from courtyard.conduct import page_charts as charts
from courtyard.conduct.model_rules import Clause, RuleSet
from courtyard.conduct.page_words import NOTHING, Words
from courtyard.conduct.rules_gaps import Gap
from courtyard.conduct.rules_leaf import day
from courtyard.conduct.rules_ruleset import protections, sha256
from courtyard.conduct.rules_text import choose
from courtyard.transparency.model import LogName
from courtyard.transparency.status import Status

Json = dict[str, Any]

ROOT: Final = "/transparency"
PLACES: Final = ("overview", "decisions", "rules", "legal", "gaps", "log")


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages have in common.

    Attributes:
        base: the server's own address, for commands to copy.
        path: of this page.
        asked: whether the language stands in the address: then it goes along with the links.
    """

    words: Words
    server: str
    base: str
    path: str
    asked: bool

    def link(self, path: str, **query: object) -> str:
        """Return an address on this server, with the language if it was asked for."""
        query = query | ({"lang": self.words.lang} if self.asked else {})
        return path + (
            "?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else ""
        )


def _page(frame: Frame, place: str, title: str, *body: Child) -> str:
    words = frame.words
    links = []
    for one in PLACES:
        path = ROOT if one == "overview" else f"{ROOT}/{'log' if one == 'log' else one}"
        current = "page" if one == place else None
        links.append(tag("li", tag("a", words(one), href=frame.link(path), aria_current=current)))
    other = "en" if words.lang == "zh" else "zh"
    switch = tag(
        "a",
        words("other_lang"),
        href=f"{frame.path}?lang={other}",
        lang="en" if other == "en" else "zh-Hans",
        hreflang="en" if other == "en" else "zh-Hans",
    )
    site = words("site", server=frame.server)
    return document(
        words.tag,
        f"{title} \u2013 {site}",
        tag("a", words("skip"), href="#main", class_="skip"),
        tag(
            "header",
            tag(
                "div", tag("a", site, href=frame.link(ROOT), class_="home"), switch, class_="inner"
            ),
            tag("nav", tag("ul", *links, class_="inner"), aria_label=words("nav")),
        ),
        tag("main", tag("h1", title), *body, id="main", class_="inner", tabindex=-1),
        tag("footer", tag("div", words("foot"), class_="inner")),
    )


def _cards(rows: list[tuple[str, object]]) -> Html:
    made = (tag("div", tag("dt", name), tag("dd", str(value))) for name, value in rows)
    return tag("dl", *made, class_="cards")


def _told(words: Words, value: object) -> str:
    return words("not_told") if value is None else str(value)


# --- overview -------------------------------------------------------------------------------------


def overview(frame: Frame, figures: Json, gap_count: int, years: list[int]) -> str:
    """Return the first page: the last twelve months in figures."""
    words = frame.words
    made, appeals = figures["decisions"], figures["appeals"]
    share = appeals["overturned_share"]
    cards: list[tuple[str, object]] = [
        (words("n_decisions"), made["total"]),
        (words("n_appeals"), appeals["submitted"]),
        (words("n_overturned"), NOTHING if share is None else f"{round(share * 100)}\u00a0%"),
        (words("n_decide"), words.length(made["median_seconds_to_decide"])),
        (words("n_answer"), words.length(appeals["median_seconds_to_answer"])),
        (words("n_overdue"), _told(words, appeals["overdue"])),
        (words("n_legal"), figures["legal_requests"]["received"]),
        (words("n_gaps"), gap_count),
    ]
    by_month = made["by_month_and_measure"]
    drawn = [
        charts.totals(words, made["by_month"])
        if by_month is None
        else charts.columns(words, by_month),
        charts.bars(words, words("by_outcome"), appeals["by_outcome"], "outcome"),
        charts.bars(words, words("by_measure"), made["by_measure"], "measure"),
        charts.bars(words, words("by_length"), made["by_length"]),
        charts.bars(words, words("by_answer"), appeals["by_time_to_answer"]),
        charts.bars(words, words("by_category"), _some(made["by_category"]), "category"),
    ]
    files = [
        ("decisions.ndjson", words("ndjson")),
        ("dsa.ndjson", words("dsa")),
        *((f"reports/{year}.json", words("years", year=year)) for year in years),
    ]
    return _page(
        frame,
        "overview",
        words("overview"),
        tag("p", words("overview_intro")),
        tag("p", words("small"), class_="quiet") if figures["small_numbers_hidden"] else None,
        _cards(cards),
        tag("div", *drawn, class_="charts"),
        tag("h2", words("data")),
        tag("ul", *(tag("li", tag("a", name, href=f"{ROOT}/{path}")) for path, name in files)),
    )


def _some(counts: dict[str, int] | None) -> dict[str, int] | None:
    """Leave out categories under which there was nothing."""
    if counts is None:
        return None
    return {
        name.removeprefix("STATEMENT_CATEGORY_"): count
        for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        if count
    }


# --- decisions ------------------------------------------------------------------------------------


def decisions(frame: Frame, lines: list[Json], *, is_first: bool, older: int | None) -> str:
    """Return a page of decisions, the newest first."""
    words = frame.words
    rows = [_row(frame, line) for line in lines]
    heads = [words(name) for name in ("entry_no", "day", "rule", "what", "now", "appeal")]
    path = f"{ROOT}/decisions"
    pages = tag(
        "p",
        None if is_first else tag("a", words("more_newest"), href=frame.link(path)),
        None
        if older is None
        else tag("a", words("more_older"), href=frame.link(path, before=older)),
        class_="pages",
    )
    return _page(
        frame,
        "decisions",
        words("decisions"),
        tag("p", words("decisions_intro")),
        table(words("decisions"), heads, rows) if rows else tag("p", words("none")),
        pages,
    )


def _row(frame: Frame, line: Json) -> list[Child]:
    words, entry = frame.words, line["entry"]
    number = tag("a", line["log_index"], href=frame.link(f"{ROOT}/decisions/{entry['id']}"))
    if line["sealed"]:
        return [number, entry["day"], NOTHING, words("sealed"), NOTHING, NOTHING]
    states = dict.fromkeys(words.name("state", one["state"]) for one in line["measures"])
    return [
        number,
        entry["day"],
        entry["rule"],
        _measures(words, entry),
        ", ".join(states),
        _appeal(words, line),
    ]


def _measures(words: Words, entry: Json) -> Html:
    return tag("span", "; ".join(_measure(words, one) for one in entry["measures"]))


def _measure(words: Words, one: Json) -> str:
    what = words.name("measure", one["type"])
    if one.get("caps") and one["type"] in ("feature", "interim"):
        what += f" ({', '.join(words.name('cap', cap) for cap in one['caps'])})"
    return f"{what}, {words.length(one.get('secs'))}"


def _appeal(words: Words, line: Json) -> str:
    kinds = [one["entry"]["t"] for one in line["facts"]]
    answers = [one["entry"] for one in line["facts"] if one["entry"]["t"] == "appeal.decided"]
    if kinds.count("appeal.submitted") > len(answers):
        return words("open")
    return words.name("outcome", answers[-1]["outcome"]) if answers else NOTHING


def decision(frame: Frame, line: Json) -> str:
    """Return the page of one decision."""
    words, entry, index = frame.words, line["entry"], line["log_index"]
    about: list[tuple[Child, Child]] = [(words("day"), entry["day"])]
    body: list[Child] = []
    if line["sealed"]:
        body.append(tag("p", words("sealed_long")))
    else:
        states = [
            f"{words.name('measure', one['type'])}: {words.name('state', one['state'])}"
            for one in line["measures"]
        ]
        about += [
            (
                words("rule"),
                tag("a", entry["rule"], href=frame.link(f"{ROOT}/rules") + f"#{entry['rule']}"),
            ),
            (words("what"), _measures(words, entry)),
            (words("now"), "; ".join(states)),
            (words("ground"), words.name("ground", entry["ground"])),
            (
                words("category"),
                words.name("category", entry["category"].removeprefix("STATEMENT_CATEGORY_")),
            ),
            (words("source"), words.name("source", entry["src"])),
            (words("software"), words.name("software", entry["auto_dec"])),
            (words("people"), len(entry["actors"])),
        ]
        body += [tag("h2", words("later")), _later(words, line["facts"])]
    return _page(
        frame,
        "decisions",
        words("decision", n=index),
        terms(about),
        *body,
        tag("h2", words("entry")),
        _code(entry),
        tag("h2", words("check")),
        tag("p", words("check_1")),
        tag("pre", f"courtyard log verify {frame.base}", tabindex=0),
        tag("p", words("check_2")),
        tag("p", tag("a", words("proof", n=index), href=f"{ROOT}/decisions/{entry['id']}/proof")),
    )


def _later(words: Words, facts: list[Json]) -> Html:
    if not facts:
        return tag("p", words("none"))
    rows = []
    for one in facts:
        entry = one["entry"]
        outcome = words.name("outcome", entry.get("outcome"))
        said = words(f"fact.{entry['t']}", due=entry.get("due"), outcome=outcome)
        rows.append(tag("li", f"{entry['day']}: {said} ({words('entry_no')} {one['log_index']})"))
    return tag("ul", *rows)


def _code(value: object) -> Html:
    return tag(
        "pre", msgspec.json.format(msgspec.json.encode(value), indent=1).decode(), tabindex=0
    )


# --- rules ----------------------------------------------------------------------------------------


def rules(frame: Frame, versions: tuple[RuleSet, ...], shown: RuleSet | None) -> str:
    """Return a version of the rules as a page, with the others beside it."""
    words = frame.words
    body: list[Child] = [tag("p", words("rules_intro"))]
    if shown is None:
        return _page(frame, "rules", words("rules"), *body, tag("p", words("none")))
    lang = choose(shown, words.lang)
    protected = protections(shown)
    body += [
        tag("p", words("version", n=shown.version, day=day(shown.effective_at))),
        tag("p", shown.summary[lang], lang=lang),
        terms([(words("fingerprint"), tag("code", sha256(shown)))]),
        tag("h2", words("protected")),
        *(_clause(words, one, lang) for one in protected),
        tag("h2", words("not_allowed")),
        *(_clause(words, one, lang) for one in shown.clauses if one not in protected),
    ]
    others = [one for one in versions if one.version != shown.version]
    links = (
        tag(
            "li",
            tag(
                "a",
                words("version", n=one.version, day=day(one.effective_at)),
                href=frame.link(f"{ROOT}/rules/{one.version}"),
            ),
        )
        for one in others
    )
    return _page(frame, "rules", words("rules"), *body, tag("ul", *links) if others else None)


def _clause(words: Words, clause: Clause, lang: str) -> Html:
    wording = clause.wording[lang]
    most = clause.max_measure
    return tag(
        "section",
        tag("h3", f"{clause.id} {wording.title}"),
        tag("p", wording.text),
        tag("ul", *(tag("li", one) for one in wording.examples)) if wording.examples else None,
        None
        if most is None
        else tag("p", words("at_most", measure=words(f"measure.{most}")), class_="quiet"),
        id=clause.id,
        lang=lang,
    )


# --- legal requests -------------------------------------------------------------------------------


def legal(frame: Frame, found: Json) -> str:
    """Return the list of legal requests."""
    words = frame.words
    rows: list[list[Child]] = []
    for one in found["requests"]:
        asked = one["request"]
        link = tag("a", asked["received"], href=frame.link(f"{ROOT}/legal/{asked['id']}"))
        who = f"{asked['authority_name']} ({words.name('authority', asked['authority'])})"
        rows.append(
            [
                link,
                asked["country"],
                who,
                words.name("legal", asked["kind"]),
                words.name("lstate", one["state"]),
            ]
        )
    heads = [words(name) for name in ("day", "country", "authority", "what", "state")]
    return _page(
        frame,
        "legal",
        words("legal"),
        tag("p", words("legal_intro")),
        tag("p", words("legal_hidden", n=found["not_yet_shown"])),
        table(words("legal"), heads, rows) if rows else tag("p", words("none")),
    )


def legal_request(frame: Frame, found: Json) -> str:
    """Return the page of one legal request."""
    words, asked = frame.words, found["document"]["request"]
    items = ", ".join(f"{count} \u00d7 {kind}" for kind, count in asked["items"].items())
    about: list[tuple[Child, Child]] = [
        (
            words("authority"),
            f"{asked['authority_name']} ({words.name('authority', asked['authority'])})",
        ),
        (words("country"), asked["country"]),
        (words("kind"), words.name("legal", asked["kind"])),
        (words("law"), asked["legal_basis"]),
        (words("summary"), asked["summary"]),
        (words("scope"), ", ".join(asked["scope"]) or words("everywhere")),
        (words("accounts"), asked["accounts"]),
        (words("items"), items or "0"),
        (words("state"), words.name("lstate", found["state"])),
    ]
    steps = [*found["document"]["steps"], *found["later_steps"]]
    said = [f"{asked['received']}: {words('received')}", *(_step(words, one) for one in steps)]
    openings = [one for one in found["log"] if one["opening"] is not None]
    return _page(
        frame,
        "legal",
        words("legal_one", authority=asked["authority_name"]),
        terms(about),
        tag("h2", words("steps")),
        tag("ol", *(tag("li", one) for one in said)),
        tag("h2", words("entry")),
        *(_code(one["entry"]) for one in found["log"]),
        tag("p", words("openings")) if openings else None,
        *(_code(one["opening"]) for one in openings),
    )


def _step(words: Words, step: Json) -> str:
    missing = ", ".join(words.name("missing", one) for one in step.get("missing", ()))
    said = words(
        f"step.{step['step']}",
        missing=missing,
        extent=words.name("extent", step.get("extent")),
        cause=words.name("cause", step.get("cause")),
    )
    given = ", ".join(words.name("readable", one) for one in step.get("data", ()))
    return f"{step['day']}: {said}" + (f". {words('handed_over')}: {given}" if given else "")


# --- gaps, and the log ----------------------------------------------------------------------------


def gaps(frame: Frame, found: list[Gap]) -> str:
    """Return the page of what is not met."""
    words = frame.words
    rows = []
    for gap in found:
        title, _, more = words(f"gap.{gap.name}", n=gap.count).partition("|")
        rows.append(tag("li", tag("strong", title), more, id=gap.name))
    listed = tag("ul", *rows, class_="gaps") if rows else tag("p", words("gaps_none"))
    return _page(frame, "gaps", words("gaps"), tag("p", words("gaps_intro")), listed)


def log(frame: Frame, stands: Status, name: LogName | None) -> str:
    """Return the page of the log, and how to verify it."""
    words = frame.words
    about: list[tuple[Child, Child]] = [
        (words("entries"), NOTHING if stands.published is None else stands.published),
        (words("dated"), day(stands.dated_at_ms) if stands.dated_at_ms else NOTHING),
    ]
    if name is not None:
        about += [
            (words("origin"), tag("code", name.origin)),
            (words("key"), tag("code", name.vkey)),
        ]
    witnesses = [
        tag("li", f"{one.name}: {words('cosigned' if one.has_cosigned else 'not_cosigned')}")
        for one in stands.witnesses
    ]
    files = ("log/checkpoint", "log/vkey", "policy", "witness/vkey")
    return _page(
        frame,
        "log",
        words("log"),
        tag("p", words("log_intro")),
        terms(about),
        tag("h2", words("check")),
        tag("p", words("check_1")),
        tag("pre", f"courtyard log verify {frame.base}", tabindex=0),
        tag("h2", words("witnesses")),
        tag("ul", *witnesses) if witnesses else tag("p", words("none")),
        tag("h2", words("checkpoint")),
        tag("pre", stands.checkpoint, tabindex=0),
        tag("h2", words("files")),
        tag("ul", *(tag("li", tag("a", f"{ROOT}/{one}", href=f"{ROOT}/{one}")) for one in files)),
    )
