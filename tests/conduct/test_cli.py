"""`courtyard conduct`, beside a running server."""

import asyncio

from typer.testing import CliRunner, Result

from courtyard.app.wiring import Server
from courtyard.cli.conduct import conduct
from tests.api import User
from tests.conduct.town import STAFF


async def _run(server: Server, *arguments: str) -> Result:
    """Run a command as another process would: with its own event loop, in a thread."""
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, conduct, given)


async def test_the_staff_comes_and_goes(server: Server, alice: User) -> None:
    assert (await alice.post(f"{STAFF}/queue/next")).status == 403
    added = await _run(server, "staff", "add", "alice")
    assert (added.exit_code, added.output) == (0, f"{alice.id} is on the staff.\n")
    assert (await alice.post(f"{STAFF}/queue/next")).ok() == {"case": None}
    listed = await _run(server, "staff", "list")
    assert (listed.exit_code, listed.output) == (0, f"{alice.id}\n")
    removed = await _run(server, "staff", "remove", alice.id)
    assert removed.exit_code == 0, removed.output
    assert (await alice.post(f"{STAFF}/queue/next")).status == 403
    # And again.
    (await _run(server, "staff", "add", "alice"))
    assert (await alice.post(f"{STAFF}/queue/next")).status == 200


async def test_what_cannot_be_is_told_in_a_line(server: Server, alice: User) -> None:
    for arguments in (("add", "nobody"), ("remove", "alice"), ("add", "@a:elsewhere.example")):
        answer = await _run(server, "staff", *arguments)
        assert answer.exit_code == 2
        assert answer.output.startswith("courtyard: ")
