"""`courtyard conduct queue`, `case`, `propose`, `approve` and the others that make a decision."""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from courtyard.app.clock import SystemClock
from courtyard.cli import court_show
from courtyard.cli.admin import guarded
from courtyard.cli.court import HERE, STAFF, AsJson, Court, Json, Url, segment
from courtyard.cli.court_words import measure, moment_ms, words

CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case, as `queue` shows it.")]
DecisionId = Annotated[str, typer.Argument(metavar="DECISION", help="The decision's id.")]

STATES: Final = {
    "issued": "It is in force, and the account was told.",
    "waiting": "It waits for a second person: courtyard conduct waiting.",
    "held": "The brake holds it: somebody outside has to confirm it.",
    "rejected": "It is rejected, and the case is open again.",
}


def queue(url: Url = HERE, as_json: AsJson = False) -> None:
    """Get the case that you work on, or the next one. Nobody picks."""

    def work() -> None:
        court = Court(url, as_json)
        answer = court.ask("POST", f"{STAFF}/queue/next")
        if answer["case"] is None:
            court.nothing(answer, "There is no case for you.")
        court.show(answer, *court_show.case(answer["case"]))

    guarded(work)


def case(case_id: CaseId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Open the case that you work on."""

    def work() -> None:
        court = Court(url, as_json)
        answer = court.ask("GET", f"{STAFF}/cases/{segment(case_id)}")
        court.show(answer, *court_show.case(answer))

    guarded(work)


def dismiss(case_id: CaseId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Close the case that you work on, without a measure."""
    _say(url, as_json, f"cases/{segment(case_id)}/dismiss", {}, "The case is closed.")


def recuse(
    id: Annotated[str, typer.Argument(help="A case, or an appeal.")],
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Step back from a case or appeal for good. It goes to the next."""
    kind = "appeals" if id.startswith("a_") else "cases"
    _say(url, as_json, f"{kind}/{segment(id)}/recuse", {}, "It goes to somebody else.")


def propose(
    case_id: CaseId,
    rule: Annotated[str, typer.Option(help="The rule, such as R3.1.")],
    measures: Annotated[
        list[str],
        typer.Option(
            "--measure",
            help="warning, feature:24h:feed.like,feed.reply, suspension:7d, block,"
            " interim:48h:chat.group.send, content:30d:hide. May be given again.",
        ),
    ],
    happened: Annotated[
        str,
        typer.Option(help="When it happened: 2026-11-26T12:00 in UTC, or 3h for three hours ago."),
    ],
    facts: Annotated[
        str, typer.Option(help="What happened, for the account. @FILE, or - to read.")
    ],
    explanation: Annotated[str, typer.Option(help="Why that breaks the rule, for the account.")],
    lang: Annotated[str, typer.Option(help="The language that you write in: en, zh-CN.")] = "en",
    note: Annotated[str, typer.Option(help="For the staff only.")] = "",
    law: Annotated[str, typer.Option(help="The law, where the ground is one and no rule.")] = "",
    severe: Annotated[bool, typer.Option("--severe", help="One of the severe matters.")] = False,
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Propose a decision. What one person may decide is in force at once."""

    def work() -> None:
        court = Court(url, as_json)
        body = {
            "rule": rule,
            "measures": [measure(one) for one in measures],
            "conduct_at": moment_ms(happened, SystemClock().now_ms(), is_past=True),
            "facts": words(facts),
            "explanation": words(explanation),
            "lang": lang,
            "note": words(note),
            "ground": "illegal" if law else "incompatible",
            "legal_ground": law,
            "severe": severe,
        }
        _tell(court, court.ask("POST", f"{STAFF}/cases/{segment(case_id)}/propose", body))

    guarded(work)


def waiting(url: Url = HERE, as_json: AsJson = False) -> None:
    """Find what waits for another person, and what it asks of you: approve, confirm or vote."""

    def work() -> None:
        court = Court(url, as_json)
        answer = court.ask("POST", f"{STAFF}/decisions/next")
        if answer["asks"] is None:
            court.nothing(answer, "Nothing waits for you.")
        asks = court_show.page("It asks you to", [("do", answer["asks"])])
        court.show(answer, asks, *court_show.proposal(answer["decision"]))

    guarded(work)


def proposal(decision_id: DecisionId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Read what is proposed."""

    def work() -> None:
        court = Court(url, as_json)
        answer = court.ask("GET", f"{STAFF}/decisions/{segment(decision_id)}")
        court.show(answer, *court_show.proposal(answer))

    guarded(work)


def approve(decision_id: DecisionId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Approve what somebody else proposed."""
    _judge(url, as_json, decision_id, "approve")


def reject(decision_id: DecisionId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Say no to what somebody else proposed."""
    _judge(url, as_json, decision_id, "reject")


def confirm(decision_id: DecisionId, url: Url = HERE, as_json: AsJson = False) -> None:
    """Release what the brake on mass sanctions holds."""
    _judge(url, as_json, decision_id, "confirm")


def vote(
    decision_id: DecisionId,
    yes: Annotated[bool, typer.Option("--yes/--no", help="Whether the block lasts.")],
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Say, as one of three, whether a block lasts longer than a suspension."""

    def work() -> None:
        court = Court(url, as_json)
        path = f"{STAFF}/decisions/{segment(decision_id)}/vote"
        answer = court.ask("POST", path, {"confirm": yes})
        settled = {None: "Others have to speak.", True: "It lasts.", False: "It does not last."}
        court.show(answer, f"You have spoken. {settled[answer['confirmed']]}")

    guarded(work)


def lift(
    decision_id: DecisionId,
    annul: Annotated[
        bool, typer.Option("--annul", help="It should never have been: it does not count either.")
    ] = False,
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """End everything that a decision holds, now."""
    body = {"cause": "annulled" if annul else "lifted"}
    path = f"decisions/{segment(decision_id)}/lift"
    _say(url, as_json, path, body, "It is lifted, and the account was told.")


def _judge(url: str, as_json: bool, decision_id: str, verb: str) -> None:
    def work() -> None:
        court = Court(url, as_json)
        _tell(court, court.ask("POST", f"{STAFF}/decisions/{segment(decision_id)}/{verb}"))

    guarded(work)


def _tell(court: Court, answer: Json) -> None:
    state = answer["state"]
    rows = [("decision", answer["decision"]), ("state", state), ("", STATES.get(state))]
    court.show(answer, court_show.page("Decision", rows))


def _say(url: str, as_json: bool, path: str, body: Json, sentence: str) -> None:
    def work() -> None:
        court = Court(url, as_json)
        court.show(court.ask("POST", f"{STAFF}/{path}", body), sentence)

    guarded(work)


COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "queue": queue,
    "case": case,
    "dismiss": dismiss,
    "recuse": recuse,
    "propose": propose,
    "waiting": waiting,
    "proposal": proposal,
    "approve": approve,
    "reject": reject,
    "confirm": confirm,
    "vote": vote,
    "lift": lift,
}
