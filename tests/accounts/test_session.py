"""The session cache: what it knows, for how long, and what it must forget."""

import sqlite3
from pathlib import Path

import pytest

from courtyard.accounts import session as sessions
from courtyard.accounts import store, tokens
from courtyard.accounts.account import make_admin
from courtyard.accounts.devices import log_out_everywhere
from courtyard.accounts.model import LastSeen, Session, UnknownTokenError
from courtyard.accounts.request import client_address, session_of
from courtyard.accounts.session import RECHECK_MS, Sessions, authenticate
from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.ids import DeviceId, TimestampMs, UserId
from courtyard.base.settings import Settings
from tests.api import User
from tests.fakes import FakeClock


def _who(server: Server, user: User) -> Session:
    return authenticate(server.db, f"Bearer {user.token}")


def _elsewhere(server: Server, statement: str) -> None:
    """Write as another process would: nothing in memory hears of it."""
    driver = sqlite3.connect(Path(server.settings.data) / DATABASE_FILE)
    with driver:
        driver.execute(statement)
    driver.close()


async def test_tokens_are_random_recognisable_and_stored_as_hashes(
    server: Server, alice: User
) -> None:
    assert alice.token.startswith("cyat_")
    assert len(alice.token) >= len("cyat_") + 43
    assert tokens.new_token(tokens.ACCESS) != tokens.new_token(tokens.ACCESS)
    raw = b"".join(path.read_bytes() for path in Path(server.settings.data).glob("courtyard.db*"))
    assert tokens.hash_token(alice.token) in raw
    assert alice.token.encode() not in raw


async def test_a_session_in_memory_needs_no_look_up(
    server: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _who(server, alice)
    assert (first.user_id, first.device_id) == (alice.id, alice.device_id)

    def no_reads(*_args: object) -> None:
        pytest.fail("the database was read")

    monkeypatch.setattr(server.db, "read_inline", no_reads)
    assert _who(server, alice) is first


async def test_within_a_process_a_logout_counts_at_once(server: Server, alice: User) -> None:
    _who(server, alice)
    await server.db.write(log_out_everywhere, UserId(alice.id))
    with pytest.raises(UnknownTokenError):
        _who(server, alice)


async def test_another_process_can_log_somebody_out(
    server: Server, alice: User, clock: FakeClock
) -> None:
    _who(server, alice)
    _elsewhere(server, "DELETE FROM tokens")
    assert _who(server, alice).user_id == alice.id  # it may still be known
    clock.advance(RECHECK_MS)
    with pytest.raises(UnknownTokenError):
        _who(server, alice)


async def test_another_process_can_make_somebody_an_operator(
    server: Server, alice: User, clock: FakeClock
) -> None:
    assert not _who(server, alice).is_admin
    _elsewhere(server, "UPDATE accounts SET is_admin = 1")
    clock.advance(RECHECK_MS)
    assert _who(server, alice).is_admin
    await server.db.write(make_admin, UserId(alice.id), is_admin=False)
    assert not _who(server, alice).is_admin


async def test_a_clock_set_back_does_not_keep_a_session_fresh(
    server: Server, alice: User, clock: FakeClock
) -> None:
    _who(server, alice)
    _elsewhere(server, "DELETE FROM tokens")
    clock.advance(-3_600_000)
    with pytest.raises(UnknownTokenError):
        _who(server, alice)


async def test_the_cache_is_bounded(
    server: Server, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_MAX", 1)
    cache = server.world.memory(Sessions)
    for user in (alice, bob, alice):
        assert _who(server, user).user_id == user.id
        assert len(cache.by_hash) == 1


async def test_many_notes_are_written_early(
    server: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SEEN_MAX", 0)
    authenticate(server.db, f"Bearer {alice.token}", ip="192.0.2.7", user_agent="x" * 1000)
    await server.world.memory(Sessions).flush(server.db)
    found = await server.db.read(store.device, UserId(alice.id), DeviceId(alice.device_id))
    assert found is not None
    assert (found.last_seen_ip, found.last_seen_user_agent) == ("192.0.2.7", "x" * 256)


async def test_last_seen_of_a_device_that_is_gone_is_passed_over(server: Server) -> None:
    seen = LastSeen(TimestampMs(1), "", "")
    await server.db.write(
        store.save_last_seen, [((UserId("@x:test.example"), DeviceId("X")), seen)]
    )


async def test_the_header_wins_over_the_query(server: Server, alice: User, bob: User) -> None:
    scope = {
        "headers": [(b"authorization", f"bearer {alice.token}".encode())],
        "query_string": f"access_token={bob.token}".encode(),
        "client": ("192.0.2.1", 1),
    }
    assert session_of(server.db, scope).user_id == alice.id
    scope["headers"] = []
    assert session_of(server.db, scope).user_id == bob.id


@pytest.mark.parametrize(
    "client, forwarded, expected",
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", b"203.0.113.1", "192.0.2.1"),
        ("127.0.0.1", b"203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", b"spoofed, 203.0.113.1", "203.0.113.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", b"x" * 1000, "x" * 64),
        (None, None, ""),
    ],
)
def test_only_the_trusted_proxy_is_believed(
    client: str | None, forwarded: bytes | None, expected: str
) -> None:
    scope = {
        "client": None if client is None else (client, 1),
        "headers": [] if forwarded is None else [(b"x-forwarded-for", forwarded)],
    }
    assert client_address(scope, Settings()) == expected
