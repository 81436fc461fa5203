"""Statements by mail: an address that its owner confirmed, letters that arrive, and nothing in them that should not be."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.conduct import archive_section, store_mail
from courtyard.conduct.mailing import Mailer, work
from courtyard.conduct.model_mail import CODE_MS, LETTER_MS
from tests.api import PASSWORD, Api, User, q
from tests.archive.archives import export
from tests.conduct.post_office import PostOffice
from tests.conduct.town import (
    DAY,
    HOUR,
    OURS,
    STAFF,
    SUSPENSION,
    WARNING,
    Court,
    build_court,
    notices_read,
)
from tests.fakes import FakeClock
from tests.ports import free_port

ADDRESS = "alice@mail.example"
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def settings(settings: Settings, port: int) -> Settings:
    return msgspec.structs.replace(settings, smtp_url=f"smtp://127.0.0.1:{port}")


@pytest.fixture
async def office(port: int) -> AsyncIterator[PostOffice]:
    made = PostOffice(port)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def court(office: PostOffice, server: Server, api: Api) -> Court:
    # Letters are sent when a test says so; one test below lets the server do it by itself.
    await server.world.memory(Mailer).stop()
    return await build_court(server, api)


async def send_all(court: Court) -> None:
    """Try every letter that is due."""
    while await work(court.server.db):
        pass


async def subscribe(court: Court, office: PostOffice, user: User, address: str = ADDRESS) -> None:
    """Have an account confirm an address."""
    (await user.put(f"{OURS}/mail", {"address": address})).ok()
    await send_all(court)
    code = office.letters.pop().code
    (await user.post(f"{OURS}/mail/confirm", {"code": code})).ok()


async def delivered(user: User, id: str) -> list[Any]:
    """Return where a statement went."""
    found = (await user.get(f"{OURS}/decisions/{id}/statement")).ok()["delivered"]
    assert isinstance(found, list)
    return found


def everything(server: Server) -> str:
    """Return all rows of the database as text."""
    with sqlite3.connect(Path(server.settings.data) / DATABASE_FILE) as driver:
        text = "\n".join(driver.iterdump())
    driver.close()
    return text


# --- the address ----------------------------------------------------------------------------------------


async def test_an_address_counts_once_its_owner_says_so(
    court: Court, office: PostOffice, alice: User
) -> None:
    nothing = {"offered": True, "address": None, "confirmed_at": None, "unconfirmed": None}
    assert (await alice.get(f"{OURS}/mail")).ok() == nothing
    shown = (await alice.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    assert (shown["address"], shown["unconfirmed"]["address"]) == (None, ADDRESS)
    await send_all(court)
    (letter,) = office.letters
    assert letter.recipients == [ADDRESS]
    assert alice.id in letter.text
    wrong = await alice.post(f"{OURS}/mail/confirm", {"code": "aaaa-aaaa-aaaa"})
    assert (403, "M_FORBIDDEN") == (wrong.status, wrong.errcode)
    typed = f" {letter.code.upper().replace('-', ' ')} "
    shown = (await alice.post(f"{OURS}/mail/confirm", {"code": typed})).ok()
    assert (shown["address"], shown["unconfirmed"]) == (ADDRESS, None)
    again = await alice.post(f"{OURS}/mail/confirm", {"code": letter.code})
    assert again.status == 403
    assert (await alice.request("DELETE", f"{OURS}/mail")).ok() == {}
    assert (await alice.get(f"{OURS}/mail")).ok() == nothing


async def test_a_code_is_of_one_account_and_one_day(
    court: Court, office: PostOffice, clock: FakeClock, alice: User, bob: User
) -> None:
    for user in (alice, bob):
        (await user.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    await send_all(court)
    first, second = (letter.code for letter in office.letters)
    assert (await alice.post(f"{OURS}/mail/confirm", {"code": second})).status == 403
    clock.advance(CODE_MS)
    assert (await alice.post(f"{OURS}/mail/confirm", {"code": first})).status == 403
    assert (await alice.get(f"{OURS}/mail")).ok()["unconfirmed"] is None
    # A code that nobody could send in time is not sent later.
    (await alice.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    clock.advance(CODE_MS)
    await send_all(court)
    assert len(office.letters) == 2


async def test_only_the_newest_code_works(court: Court, office: PostOffice, alice: User) -> None:
    (await alice.put(f"{OURS}/mail", {"address": "old@mail.example"})).ok()
    (await alice.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    await send_all(court)
    (letter,) = office.letters
    assert letter.recipients == [ADDRESS]
    (await alice.post(f"{OURS}/mail/confirm", {"code": letter.code})).ok()


async def test_the_old_address_stays_until_the_new_one_is_confirmed(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    (await alice.put(f"{OURS}/mail", {"address": "new@mail.example"})).ok()
    await send_all(court)
    code = office.letters.pop().code
    assert (await alice.get(f"{OURS}/mail")).ok()["address"] == ADDRESS
    await court.decide(bob, alice, WARNING)
    # What waits goes along.
    (await alice.post(f"{OURS}/mail/confirm", {"code": code})).ok()
    await send_all(court)
    assert [letter.recipients for letter in office.letters] == [["new@mail.example"]]


async def test_nobody_is_found_or_logged_in_by_it(
    court: Court, office: PostOffice, api: Api, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    answers = [
        await bob.get(f"profile/{q(alice.id)}"),
        await bob.post("user_directory/search", {"search_term": ADDRESS}),
        await bob.get(f"{OURS}/mail"),
        await alice.get("account/3pid"),
        await api.request(
            "POST",
            "login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.thirdparty", "medium": "email", "address": ADDRESS},
                "password": PASSWORD,
            },
        ),
    ]
    assert answers[-1].status == 403
    for answer in answers:
        assert ADDRESS not in str(answer.body)


async def test_a_suspended_account_sets_its_address(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    await court.decide(bob, alice, SUSPENSION)
    await subscribe(court, office, alice)
    assert (await alice.get(f"{OURS}/mail")).ok()["address"] == ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "",
        "alice",
        "alice@",
        "@mail.example",
        "a b@mail.example",
        "alice@mail.example\r\nBcc: all@mail.example",
        "alice@mail.example\n",
        "alice@mail.example, bob@mail.example",
        "alice@mail.example> SIZE=1",
        '"alice"@mail.example',
        "Alice <alice@mail.example>",
        "alice@[127.0.0.1]",
        "alice@mail..example",
        "alice@-mail.example",
        ".alice@mail.example",
        "älice@mail.example",
        "alice@mäil.example",
        "alice@mail.example\x00",
        "a" * 65 + "@mail.example",
        "alice@" + "a" * 64 + ".example",
        "alice@" + "a." * 125 + "example",
    ],
)
async def test_what_is_no_address_is_refused(court: Court, alice: User, address: str) -> None:
    answer = await alice.put(f"{OURS}/mail", {"address": address})
    assert (400, "M_INVALID_PARAM") == (answer.status, answer.errcode)
    assert (await alice.get(f"{OURS}/mail")).ok()["unconfirmed"] is None
    assert await court.server.db.read(store_mail.next_time) is None


async def test_mails_that_confirm_are_limited_by_account_and_address(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    server.world.settings = msgspec.structs.replace(server.world.settings, rate_limits="on")
    for number in range(10):
        (await alice.put(f"{OURS}/mail", {"address": f"a{number}@mail.example"})).ok()
    refused = await alice.put(f"{OURS}/mail", {"address": ADDRESS})
    assert (429, "M_LIMIT_EXCEEDED") == (refused.status, refused.errcode)
    for number in range(10):
        user = await court.api.register(f"many{number}")
        (await user.put(f"{OURS}/mail", {"address": ADDRESS.upper()})).ok()
    refused = await bob.put(f"{OURS}/mail", {"address": ADDRESS})
    assert (429, "M_LIMIT_EXCEEDED") == (refused.status, refused.errcode)
    assert refused.body["retry_after_ms"] <= HOUR


async def test_a_server_without_mail_says_so(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    server.world.settings = msgspec.structs.replace(server.world.settings, smtp_url="")
    assert (await alice.get(f"{OURS}/mail")).ok()["offered"] is False
    refused = await alice.put(f"{OURS}/mail", {"address": ADDRESS})
    assert (403, "ORG.COURTYARD.MAIL_NOT_OFFERED") == (refused.status, refused.errcode)
    await court.decide(bob, alice, WARNING)
    assert await server.db.read(store_mail.next_time) is None


# --- letters --------------------------------------------------------------------------------------------


async def test_what_is_mailed_is_what_stands_in_the_notices_room(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    id = await court.decide(bob, alice)
    (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "It was a joke."})).ok()
    appeal = (await court.staff[2].post(f"{STAFF}/appeals/next")).ok()["appeal"]["id"]
    path = f"{STAFF}/appeals/{q(appeal)}/decide"
    ruling = {"outcome": "upheld", "reasons": "It was none."}
    (await court.staff[2].post(path, ruling)).ok()
    (await court.staff[1].post(f"{STAFF}/decisions/{id}/lift", {})).ok()
    await send_all(court)
    told = await notices_read(alice)
    assert len(told) == 3
    assert [letter.text for letter in office.letters] == told
    assert "write in groups" in told[0]
    assert "You wrote to somebody" in told[0]
    assert "R3.1" in told[0]
    assert "upheld" not in told[1]
    assert "It was none." in told[1]
    for letter in office.letters:
        assert letter.recipients == [ADDRESS]
        assert letter.sender == "notices@test.example"
        assert set(letter.message.keys()) == HEADERS
    places = await delivered(alice, id)
    assert [(one["what"], one["channel"]) for one in places] == [
        ("statement", "notices"),
        ("statement", "mail"),
        ("ruling", "mail"),
        ("lift", "mail"),
    ]
    assert {one["receipt"] for one in places[1:]} == {office.said}
    assert places[0]["receipt"].startswith("$")
    assert all(one["at"] >= places[0]["at"] for one in places)


async def test_the_key_in_the_mail_appeals(
    court: Court, office: PostOffice, api: Api, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    await court.decide(bob, alice)
    await send_all(court)
    key = office.letters[0].text.rpartition(" ")[2]
    body = {"key": key, "text": "I cannot log in."}
    (await api.request("POST", f"{OURS}/appeals/by-key", body)).ok()


async def test_who_has_no_address_gets_no_mail(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    (await alice.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    await send_all(court)
    office.letters.clear()
    id = await court.decide(bob, alice)
    await send_all(court)
    assert office.letters == []
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices"]


async def test_a_proposal_that_fails_mails_nothing(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    case_id = await court.case_about(bob, alice)
    assert (await court.propose(case_id, rule="R99")).status == 409
    await send_all(court)
    assert office.letters == []


HOSTILE = [
    "\r\nBcc: everybody@mail.example\r\n\r\n",
    "\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<everybody@mail.example>\r\nDATA\r\n",
    "\n.\n..\n. \n",
    "\n.\r\nQUIT\r\n",
    "From me\n>From you\n",
    "\x00\x07\x1b[31m\x7f\u2028\u2029\x85\x0b\x0c",
    "--boundary\r\nContent-Type: text/html\r\n\r\n<script>1</script>",
    "=?utf-8?q?Bcc:_x?=",
    "诽谤🦆\u202e",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_cannot_become_headers_or_commands(
    court: Court, office: PostOffice, alice: User, bob: User, words: str
) -> None:
    await subscribe(court, office, alice)
    case_id = await court.case_about(bob, alice)
    facts = f"You wrote: {words} and more."
    explanation = words + "so" + words
    (await court.propose(case_id, facts=facts, explanation=explanation)).ok()
    await send_all(court)
    (letter,) = office.letters
    assert letter.recipients == [ADDRESS]
    assert set(letter.message.keys()) == HEADERS
    assert letter.message["Subject"] == "A decision about your account"
    assert not letter.message.is_multipart()
    content = letter.message.get_payload(decode=True)
    assert isinstance(content, bytes)
    (told,) = await notices_read(alice)
    assert _lines(content.decode()) == _lines(told)


def _lines(text: str) -> list[str]:
    # Mail knows one way to end a line.
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


async def test_the_longest_statement_arrives_whole(
    court: Court, office: PostOffice, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    case_id = await court.case_about(bob, alice)
    (await court.propose(case_id, facts="🦆" * 5_000, explanation="诽" * 2_000)).ok()
    await send_all(court)
    (letter,) = office.letters
    assert [letter.text] == await notices_read(alice)
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1


# --- a mail server that is not there --------------------------------------------------------------------


async def test_a_mail_server_that_is_down_gets_it_when_it_is_back(
    court: Court, office: PostOffice, clock: FakeClock, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    await office.close()
    id = await court.decide(bob, alice)
    await send_all(court)
    (letter,) = await court.server.db.read(store_mail.letters_of, UserId(alice.id))
    assert letter.attempts == 1
    # Not before its time.
    assert not await work(court.server.db)
    clock.advance(60_000)
    await send_all(court)
    clock.advance(60_000)
    assert not await work(court.server.db)
    await office.open()
    clock.advance(60_000)
    await send_all(court)
    (received,) = office.letters
    assert received.message["Message-ID"] == f"<{letter.id}@test.example>"
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices", "mail"]
    assert await court.server.db.read(store_mail.next_time) is None


@pytest.mark.parametrize("step", ["said", "said_to_recipient"])
@pytest.mark.parametrize("code", ["451 Later", "550 No such person alice@mail.example"])
async def test_a_mail_server_that_says_no_is_asked_again(
    court: Court,
    office: PostOffice,
    clock: FakeClock,
    alice: User,
    bob: User,
    step: str,
    code: str,
) -> None:
    await subscribe(court, office, alice)
    yes = getattr(office, step)
    setattr(office, step, code)
    id = await court.decide(bob, alice)
    await send_all(court)
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices"]
    setattr(office, step, yes)
    clock.advance(60_000)
    await send_all(court)
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices", "mail"]


async def test_a_letter_that_came_twice_is_one_letter(
    court: Court, office: PostOffice, clock: FakeClock, alice: User, bob: User
) -> None:
    """The mail server takes it, and the line breaks before it says so."""
    await subscribe(court, office, alice)
    office.hangs_up = True
    id = await court.decide(bob, alice)
    await send_all(court)
    office.hangs_up = False
    clock.advance(60_000)
    await send_all(court)
    first, second = office.letters
    assert first.raw == second.raw
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices", "mail"]


async def test_a_letter_is_given_up_after_days_and_its_account_can_see_it(
    court: Court, office: PostOffice, clock: FakeClock, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    await office.close()
    id = await court.decide(bob, alice)
    attempts = 0
    while (due := await court.server.db.read(store_mail.next_time)) is not None:
        clock.advance(max(due - clock.now_ms(), 0))
        attempts += await work(court.server.db)
    assert 20 <= attempts <= 40
    given_up = (await delivered(alice, id))[1]
    assert (given_up["channel"], given_up["receipt"]) == ("mail", None)
    first = (await delivered(alice, id))[0]["at"]
    assert LETTER_MS <= given_up["at"] - first <= LETTER_MS + DAY
    await office.open()


async def test_the_server_sends_by_itself_and_a_stop_waits_for_the_letter(
    court: Court, office: PostOffice, server: Server, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    mailer = server.world.memory(Mailer)
    office.arrived.clear()
    await mailer.start(server.db)
    id = await court.decide(bob, alice)
    async with asyncio.timeout(10):
        await office.arrived.wait()
    await mailer.stop()
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices", "mail"]
    assert len(office.letters) == 1


async def test_what_an_earlier_run_left_over_is_sent(
    court: Court, office: PostOffice, settings: Settings, clock: FakeClock, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    office.arrived.clear()
    await court.decide(bob, alice, WARNING)
    await court.server.stop()
    again = Server(settings, clock)
    await again.start()
    try:
        async with asyncio.timeout(10):
            await office.arrived.wait()
    finally:
        await again.stop()
    assert len(office.letters) == 1


# --- one's own data -------------------------------------------------------------------------------------


async def test_the_archive_has_the_address(
    court: Court, office: PostOffice, server: Server, alice: User, bob: User
) -> None:
    user_id = UserId(alice.id)
    assert (await server.db.read(archive_section.pieces, user_id, None))[0] == []
    await subscribe(court, office, alice)
    (piece,), _ = await server.db.read(archive_section.pieces, user_id, None)
    assert piece[0] == "mail.json"
    assert msgspec.json.decode(piece[1])["address"] == ADDRESS
    await court.decide(bob, alice)
    archive = await export(alice)
    assert archive.json("conduct/mail.json")["address"] == ADDRESS
    assert len(archive.lines("conduct/decisions.ndjson")) == 1


@pytest.mark.parametrize("erase", [True, False])
async def test_an_account_that_goes_takes_its_address_and_unsent_mail_along(
    court: Court, office: PostOffice, server: Server, alice: User, bob: User, *, erase: bool
) -> None:
    """And its language, and receipts, in which a mail server may name the address."""
    office.said = f"250 queued for {ADDRESS}"
    path = f"user/{q(alice.id)}/account_data/org.courtyard.language"
    (await alice.put(path, {"language": "zh-XX"})).ok()
    (await alice.put(f"{OURS}/mail", {"address": ADDRESS})).ok()
    await send_all(court)
    code = office.letters[0].text.split("\n")[0][-14:]
    (await alice.post(f"{OURS}/mail/confirm", {"code": code})).ok()
    await court.decide(bob, alice, WARNING)
    await send_all(court)
    await court.decide(bob, alice, WARNING)
    (await alice.put(f"{OURS}/mail", {"address": "new@mail.example"})).ok()
    before = everything(server)
    for word in (ADDRESS, "new@mail.example", "org.courtyard.language"):
        assert word in before
    sent = len(office.letters)
    body = {"erase": erase, "auth": {"type": "m.login.password", "password": PASSWORD}}
    body["auth"] |= {"identifier": {"type": "m.id.user", "user": alice.id}}  # type: ignore[operator]
    (await alice.post("account/deactivate", body)).ok()
    await send_all(court)
    assert len(office.letters) == sent
    after = everything(server)
    for word in (ADDRESS, "new@mail.example", "org.courtyard.language"):
        assert word not in after


async def test_a_letter_on_its_way_while_its_account_goes_leaves_nothing(
    court: Court, office: PostOffice, server: Server, alice: User, bob: User
) -> None:
    await subscribe(court, office, alice)
    id = await court.decide(bob, alice, WARNING)
    office.arrived.clear()
    sending = asyncio.create_task(work(server.db))
    await office.arrived.wait()
    (await alice.request("DELETE", f"{OURS}/mail")).ok()
    assert await sending
    assert ADDRESS not in everything(server)
    assert [one["channel"] for one in await delivered(alice, id)] == ["notices"]
