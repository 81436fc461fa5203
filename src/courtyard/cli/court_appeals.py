"""`courtyard conduct appeals`, `decide`, `conflict`, `report`, `evidence`, `login`."""

import base64
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import typer

from courtyard.app.clock import SystemClock
from courtyard.base.errors import InvalidParamError
from courtyard.cli import court_show
from courtyard.cli.admin import guarded, piped_password
from courtyard.cli.court import CLIENT, HERE, OURS, STAFF, AsJson, Court, Json, Url, segment
from courtyard.cli.court_words import length_ms, moment_ms, words
from courtyard.conduct.rules_letters import moment


class Outcome(Enum):
    """What an appeal can lead to."""

    UPHELD = "upheld"
    REDUCED = "reduced"
    OVERTURNED = "overturned"
    INADMISSIBLE = "inadmissible"


class ItemType(Enum):
    """What can be reported."""

    EVENT = "event"
    ROOM = "room"
    MEDIA = "media"
    PROFILE = "profile"
    ACCOUNT = "account"


class Kind(Enum):
    """Why something is reported."""

    RULE = "rule"
    ILLEGAL = "illegal"
    URGENT = "urgent"


def appeals(url: Url = HERE, as_json: AsJson = False) -> None:
    """Get the appeal that you hear, or the one due first that you had no part in."""

    def work() -> None:
        court = Court(url, as_json)
        answer = court.ask("POST", f"{STAFF}/appeals/next")
        if answer["appeal"] is None:
            court.nothing(answer, "There is no appeal for you.")
        court.show(answer, *court_show.appeal(answer["appeal"]))

    guarded(work)


def decide(
    appeal_id: Annotated[str, typer.Argument(metavar="APPEAL", help="As `appeals` shows it.")],
    outcome: Annotated[Outcome, typer.Argument(help="What you found.")],
    reasons: Annotated[str, typer.Option(help="For the account. @FILE, or - to read.")],
    ends: Annotated[
        str | None,
        typer.Option(help="For `reduced`: when it ends, as 2026-11-26T12:00, or 3h from now on."),
    ] = None,
    capabilities: Annotated[
        str, typer.Option(help="For `reduced`: only these end then, such as feed.like,feed.reply.")
    ] = "",
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Answer an appeal, with reasons. It can only stay or become milder."""

    def work() -> None:
        court = Court(url, as_json)
        body: Json = {"outcome": outcome.value, "reasons": words(reasons)}
        if ends is not None:
            body["ends_at"] = moment_ms(ends, SystemClock().now_ms(), is_past=False)
            body["capabilities"] = [one.strip() for one in capabilities.split(",") if one.strip()]
        path = f"{STAFF}/appeals/{segment(appeal_id)}/decide"
        court.show(court.ask("POST", path, body), "The account was told.")

    guarded(work)


def conflict(
    about: Annotated[
        str, typer.Argument(help="A person, such as @alice:chat.example, or a topic.")
    ],
    lasts: Annotated[str, typer.Option("--for", help="How long, such as 30d.")] = "365d",
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Declare to be no judge of a person or topic."""

    def work() -> None:
        court = Court(url, as_json)
        until = SystemClock().now_ms() + length_ms(lasts)
        answer = court.ask("POST", f"{STAFF}/conflicts", {"about": about, "until": until})
        court.show(answer, f"You will not judge this until {moment(until)}.")

    guarded(work)


def report(
    type: Annotated[ItemType, typer.Argument(help="What it is.")],
    id: Annotated[str, typer.Argument(help="Its id: of an event, room, file or account.")],
    category: Annotated[str, typer.Option(help="Such as scams_and_fraud or cyber_violence.")],
    says: Annotated[str, typer.Option(help="What is wrong with it. @FILE, or - to read.")],
    whose: Annotated[str | None, typer.Option(help="Whose it is, where you know that.")] = None,
    version: Annotated[str, typer.Option(help="Which version of it.")] = "",
    kind: Annotated[Kind, typer.Option(help="Against a rule, a law, or somebody is in danger.")] = (
        Kind.RULE
    ),
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """Report something, as anybody with an account can. Who reports a thing does not judge it."""

    def work() -> None:
        court = Court(url, as_json)
        body = {
            "item_type": type.value,
            "item_id": id,
            "item_version": version,
            "subject": id if whose is None and type is ItemType.ACCOUNT else whose,
            "kind": kind.value,
            "category": f"STATEMENT_CATEGORY_{category.upper()}",
            "explanation": words(says),
        }
        answer = court.ask("POST", f"{OURS}/reports", body)
        court.show(answer, court_show.page("Report", [("report", answer["report_id"])]))

    guarded(work)


def login(
    name: Annotated[str, typer.Argument(help="Your user name.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    url: Url = HERE,
) -> None:
    """Log in and print an access token: export COURTYARD_TOKEN=$(courtyard conduct login alice)."""

    def work() -> None:
        court = Court(url, as_json=False)
        if password_stdin:
            password = piped_password()
        else:
            # Not on standard output, which is for the token.
            password = typer.prompt("Password", hide_input=True, err=True)
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": password,
            "initial_device_display_name": "courtyard conduct",
        }
        print(court.ask_as(None, "POST", f"{CLIENT}/login", body)["access_token"])

    guarded(work)


def logout(url: Url = HERE) -> None:
    """Make the token in COURTYARD_TOKEN worthless."""

    def work() -> None:
        Court(url, as_json=False).ask("POST", f"{CLIENT}/logout")
        print("The token does not work any more.")

    guarded(work)


def evidence(
    id: Annotated[str, typer.Argument(help="A case; with --purpose, a piece of evidence.")],
    add: Annotated[Path | None, typer.Option(help="A file to add to the case.")] = None,
    content_type: Annotated[str, typer.Option(help="What kind of file it is.")] = "text/plain",
    purpose: Annotated[
        str, typer.Option(help="Look at a piece, and say why. Each look is written down.")
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Where to put what you look at.")] = None,
    url: Url = HERE,
    as_json: AsJson = False,
) -> None:
    """List what is kept of a case, add to it, or look at a piece of it."""

    def work() -> None:
        court = Court(url, as_json)
        if purpose:
            _look(court, id, purpose, out)
        elif add is not None:
            body = {"content_type": content_type, "data": _encoded(add)}
            answer = court.ask("POST", f"{STAFF}/cases/{segment(id)}/evidence", body)
            court.show(answer, *court_show.evidence({"evidence": [answer]}))
        else:
            answer = court.ask("GET", f"{STAFF}/cases/{segment(id)}")
            if not answer.get("evidence"):
                court.nothing({"evidence": []}, "Nothing is kept of this case.")
            court.show({"evidence": answer["evidence"]}, *court_show.evidence(answer))

    guarded(work)


def _look(court: Court, id: str, purpose: str, out: Path | None) -> None:
    if out is None:
        raise InvalidParamError("Say with --out where to put it: a terminal shows everything.")
    answer = court.ask("POST", f"{STAFF}/evidence/{segment(id)}/views", {"purpose": purpose})
    try:
        out.write_bytes(base64.b64decode(answer.pop("data")))
    except OSError as error:
        raise InvalidParamError(f"Cannot write {out}: {error}") from error
    court.show(answer, *court_show.evidence({"evidence": [answer | {"written to": out}]}))


def _encoded(path: Path) -> str:
    try:
        return base64.b64encode(path.read_bytes()).decode()
    except OSError as error:
        raise InvalidParamError(f"Cannot read {path}: {error}") from error


COMMANDS: Final[dict[str, Callable[..., None]]] = {
    "appeals": appeals,
    "decide": decide,
    "conflict": conflict,
    "report": report,
    "evidence": evidence,
    "login": login,
    "logout": logout,
}
