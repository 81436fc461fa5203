"""Somebody goes and wants to be erased: what was written about them goes, the log stays whole and says nothing more."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.ids import UserId
from courtyard.conduct import forget, people, store
from courtyard.conduct.model import DecisionId
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.rules_leaf import commit
from courtyard.transparency.rules_proof import check_proof
from tests.api import PASSWORD, Api, User, q
from tests.conduct.town import OURS, STAFF, Court, build_court


@pytest.fixture
async def court(server: Server, api: Api) -> Court:
    return await build_court(server, api)


async def _leave(user: User, *, erase: bool) -> None:
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user.id},
        "password": PASSWORD,
    }
    (await user.post("account/deactivate", {"auth": auth, "erase": erase})).ok()


def _everything(server: Server) -> bytes:
    """Return every value of every table but the log's, as one text."""
    found = []
    driver = sqlite3.connect(Path(server.settings.data) / DATABASE_FILE)
    tables = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if not table.startswith("transparency"):
            found += [repr(row).encode() for row in driver.execute(f"SELECT * FROM {table}")]  # noqa: S608  # our own names
    driver.close()
    return b"\n".join(found)


async def _appealed(court: Court, alice: User, bob: User) -> tuple[str, dict[str, Any]]:
    """Decide about Alice, let her appeal and be answered; return the decision and its statement."""
    id = await court.decide(bob, alice)
    statement = (await alice.get(f"{OURS}/decisions/{id}/statement")).ok()
    made = (await alice.post(f"{OURS}/decisions/{id}/appeals", {"text": "A joke of mine."})).ok()
    (await court.staff[1].post(f"{STAFF}/appeals/next")).ok()
    answer = {"outcome": "upheld", "reasons": "No laughing matter."}
    (await court.staff[1].post(f"{STAFF}/appeals/{q(made['id'])}/decide", answer)).ok()
    return id, statement


WORDS = (
    b"You wrote to somebody",
    b"That is unwanted contact",
    b"A joke of mine",
    b"No laughing matter",
)


async def test_what_was_written_about_somebody_erased_is_nowhere(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    id, statement = await _appealed(court, alice, bob)
    before = _everything(server)
    assert all(word in before for word in WORDS)

    await _leave(alice, erase=True)

    after = _everything(server)
    for word in WORDS:
        assert word not in after, word
    for salt in statement["salts"].values():
        assert salt.encode() in before
        assert salt.encode() not in after
    record = server.db.read_inline(store.record, DecisionId(id))
    assert record is not None
    assert [one.text for one in record.appeals] == [""]


async def test_without_the_wish_nothing_is_erased(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    await _appealed(court, alice, bob)
    types = court.log.types()

    await _leave(alice, erase=False)

    assert all(word in _everything(server) for word in WORDS)
    assert court.log.types() == types


async def test_the_log_only_grows_and_the_commitments_are_closed(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """10. What could be opened before cannot be opened with anything that is left; every proof still holds."""
    carol = await court.api.register("carol")
    id, statement = await _appealed(court, alice, bob)
    other = await court.decide(bob, carol)
    integrator = server.world.memory(Integrator)
    await integrator.run_round(server.db)
    entries = {
        user.id: (await user.get(f"{OURS}/decisions/{one}/statement")).ok()["log_entry"].encode()
        for user, one in ((alice, id), (carol, other))
    }
    old = (await alice.get(f"{OURS}/decisions/{id}/proof")).body
    opened = commit(base64.b64decode(statement["salts"]["subject"]), alice.id.encode())
    assert json.loads(entries[alice.id])["subject_commit"] == opened
    lines = [msgspec.json.encode(leaf) for leaf in court.log.leaves]

    await _leave(alice, erase=True)
    await integrator.run_round(server.db)

    after = court.log.leaves
    assert [msgspec.json.encode(leaf) for leaf in after[: len(lines)]] == lines
    (leaf,) = after[len(lines) :]
    assert (leaf.type, leaf.fields) == ("erasure.done", {"scope": "account"})
    told = server.db.read_inline(store.told, DecisionId(id))
    assert (told and told.statement, told and told.salts) == (None, None)
    log = integrator.keys.log
    check_proof(old, entries[alice.id], log)
    fresh = (await carol.get(f"{OURS}/decisions/{other}/proof")).body
    check_proof(fresh, entries[carol.id], log)
    everything = _everything(server)
    guesses = [bytes(32), *(everything[n : n + 32] for n in range(0, len(everything) - 32, 97))]
    assert opened not in {commit(guess, alice.id.encode()) for guess in guesses}


async def test_what_is_left_of_an_erased_decision_still_works(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """Lifting it needs no salt that is gone, and the key of its statement opens nothing about anybody."""
    id, _ = await _appealed(court, alice, bob)
    await _leave(alice, erase=True)

    (await court.staff[2].post(f"{STAFF}/decisions/{q(id)}/lift")).ok()

    assert court.log.types()[-1] == "decision.lifted"
    assert server.db.read_inline(store.decision_of_key, b"nothing") is None


async def test_a_reporter_takes_their_name_along(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice, "She hurt me.")
    await _leave(bob, erase=True)

    case = (await court.staff[0].get(f"{STAFF}/cases/{q(case_id)}")).ok()
    assert [one["explanation"] for one in case["reports"]] == ["She hurt me."]
    driver = sqlite3.connect(Path(server.settings.data) / DATABASE_FILE)
    rows = driver.execute("SELECT reporter, body FROM conduct_reports").fetchall()
    driver.close()
    assert [(reporter, bob.id in body) for reporter, body in rows] == [(None, False)]
    assert court.log.types()[-1] == "erasure.done"


async def test_who_was_never_reported_leaves_no_entry(court: Court, alice: User) -> None:
    await _leave(alice, erase=True)
    assert court.log.types() == ["ruleset.published"]


async def test_nobody_waits_for_the_log_to_be_erased(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """P3. The entry is owed, and comes when the log goes on."""
    await _appealed(court, alice, bob)
    integrator = server.world.memory(Integrator)
    integrator.halted = "its disk is gone"

    await _leave(alice, erase=True)

    assert WORDS[0] not in _everything(server)
    assert await server.db.write(forget.log_erasures) is False
    integrator.halted = None
    assert await server.db.write(forget.log_erasures) is True
    assert court.log.types()[-1] == "erasure.done"
    assert await server.db.write(forget.log_erasures) is True
    assert court.log.types().count("erasure.done") == 1


async def test_whoever_goes_is_not_on_the_staff_any_more(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    case_id = await court.case_about(bob, alice)
    gone = court.staff.pop(0)
    await _leave(gone, erase=False)
    assert UserId(gone.id) not in server.db.read_inline(people.staff)
    given = (await court.staff[0].post(f"{STAFF}/queue/next")).ok()["case"]
    assert given["id"] == case_id


async def test_who_is_not_on_the_staff_any_more_opens_nothing(
    court: Court, server: Server, alice: User, bob: User
) -> None:
    """22. Also not the case that waits for somebody else, or was decided."""
    case_id = await court.case_about(bob, alice)
    (await court.propose(case_id)).ok()
    first = court.staff[0]
    path = f"{STAFF}/cases/{q(case_id)}"
    (await first.get(path)).ok()
    await server.db.write(people.revoke_staff, UserId(first.id))
    assert (await first.get(path)).status == 404
    assert (await court.propose(case_id)).status == 404
