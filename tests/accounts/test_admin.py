"""`courtyard admin`, beside a running server and without one."""

import asyncio
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from courtyard.accounts.account import account_is_erased
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.admin import admin
from tests.api import PASSWORD, Api, User


async def _run(folder: str | Path, *arguments: str, stdin: str | None = None) -> Result:
    """Run a command as another process would: with its own event loop, in a thread."""
    given = [*arguments, "--data", str(folder), "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, admin, given, input=stdin)


async def _log_in(api: Api, user: str, password: str) -> Any:
    sent = {"type": "m.login.password", "user": user, "password": password}
    return await api.request("POST", "login", sent)


async def test_an_account_is_made_beside_a_running_server(server: Server, api: Api) -> None:
    made = await _run(
        server.settings.data, "user", "add", "Ops", "--admin", "--password-stdin", stdin=PASSWORD
    )
    assert (made.exit_code, made.output) == (0, "@ops:test.example\n")
    logged_in = (await _log_in(api, "ops", PASSWORD)).ok()
    ops = User(api, logged_in["user_id"], logged_in["device_id"], logged_in["access_token"])
    other = await api.register("other")
    assert (await ops.get(f"admin/whois/{other.id}")).status == 200

    again = await _run(server.settings.data, "user", "add", "ops")
    assert again.exit_code == 2
    assert "taken" in again.output
    weak = await _run(server.settings.data, "user", "add", "weak", "--password-stdin", stdin="1\n")
    assert weak.exit_code == 2
    bad = await _run(server.settings.data, "user", "add", "a b")
    assert bad.exit_code == 2


async def test_a_password_is_made_up_and_shown(server: Server, api: Api, alice: User) -> None:
    reset = await _run(server.settings.data, "user", "reset-password", "alice")
    assert reset.exit_code == 0, reset.output
    password = reset.output.rpartition("password: ")[2].strip()
    assert (await _log_in(api, "alice", PASSWORD)).status == 403
    assert (await _log_in(api, "alice", password)).status == 200
    unknown = await _run(server.settings.data, "user", "reset-password", "nobody")
    assert unknown.exit_code == 2
    foreign = await _run(server.settings.data, "user", "reset-password", "@a:elsewhere.example")
    assert foreign.exit_code == 2


async def test_operators_are_made_and_unmade(server: Server, alice: User, bob: User) -> None:
    path = f"admin/whois/{bob.id}"
    made = await _run(server.settings.data, "user", "make-admin", "alice")
    assert made.exit_code == 0
    assert (await alice.get(path)).status == 200
    listed = await _run(server.settings.data, "user", "list")
    assert "@alice:test.example" in listed.output
    assert "yes" in listed.output
    (await _run(server.settings.data, "user", "make-admin", "alice", "--revoke"))
    listed = await _run(server.settings.data, "user", "list")
    assert "yes" not in listed.output


async def test_an_account_ends_only_while_the_server_is_stopped(
    server: Server, alice: User
) -> None:
    folder = server.settings.data
    refused = await _run(folder, "user", "deactivate", "alice", "--yes")
    assert refused.exit_code == 2
    assert "running" in refused.output
    assert (await alice.get("account/whoami")).status == 200


async def test_an_account_ends_without_a_server(tmp_path: Path) -> None:
    assert (await _run(tmp_path, "user", "add", "alice")).exit_code == 0
    ended = await _run(tmp_path, "user", "deactivate", "alice", "--erase", stdin="y\n")
    assert ended.exit_code == 0, ended.output
    again = await _run(tmp_path, "user", "deactivate", "alice", "--yes")
    assert again.exit_code == 2
    assert "erased" in (await _run(tmp_path, "user", "list")).output
    kept = await _run(tmp_path, "user", "deactivate", "alice", stdin="n\n")
    assert kept.exit_code == 1


async def test_registration_tokens(tmp_path: Path) -> None:
    made = await _run(tmp_path, "token", "add", "--uses", "3", "--days", "2")
    assert made.exit_code == 0, made.output
    token = made.output.strip()
    assert (await _run(tmp_path, "token", "add", "plain")).exit_code == 0
    assert (await _run(tmp_path, "token", "add", "a b")).exit_code == 2
    listed = (await _run(tmp_path, "token", "list")).output
    assert token in listed
    assert "plain" in listed
    assert (await _run(tmp_path, "token", "remove", "plain")).exit_code == 0
    assert (await _run(tmp_path, "token", "remove", "plain")).exit_code == 2
    assert "plain" not in (await _run(tmp_path, "token", "list")).output


async def test_erasing_is_kept_as_a_mark(server: Server, alice: User) -> None:
    assert not await server.db.read(account_is_erased, UserId(alice.id))
    assert not await server.db.read(account_is_erased, UserId("@nobody:test.example"))
