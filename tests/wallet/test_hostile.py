"""Each member of each wish replaced by everything that it is not: a refusal in words, and nothing of it is kept."""

from pathlib import Path
from typing import Any, Final

from courtyard.app.wiring import Server
from courtyard.cli.check import violations
from tests.api import User, q
from tests.tables import Tables
from tests.wallet.bank import WALLET, Bank, bill, offer, packet

WRONG: Final[list[Any]] = [
    *(None, True, -1, 0, 1.5, 1e300, 2**53, 2**63, 2**64, -(2**63) - 1),
    *("", "\x00", "x" * 10_000, "\U0001f986", "@", "!", "-1", "0", "1e3", "0x10", "NaN", "9" * 400),
    *([], {}, [None], [[{}]], {"": None}, [{"user_id": 1}], [{"user_id": "@bob:test.example", "weight": 0}]),
    [{"user_id": "@bob:test.example", "weight": 2**80}],
]  # fmt: skip
REMEMBERED: Final = {"wallet_answers"}
"""A refusal for want of money is kept on purpose."""
TIGHT: Final = {"key", "room_id", "to", "currency", "amount", "count", "split", "among", "remind"}


async def test_whatever_stands_in_a_wish(
    bank: Bank, alice: User, bob: User, room: str, server: Server
) -> None:
    await bank.give(alice, 10_000)
    await bank.give(bob, 10_000)
    request = (await bill(bob, room, "5", [alice])).ok()["id"]
    named = {"room_id": room, "currency": "LEAF", "amount": "5"}
    wishes: list[tuple[str, dict[str, Any]]] = [
        (f"{WALLET}/transfers", named | {"key": "t", "to": bob.id}),
        (f"{WALLET}/packets", named | {"key": "p", "count": 2, "split": "equal"}),
        (
            f"{WALLET}/requests",
            named | {"key": "r", "among": [{"user_id": bob.id}], "remind": True},
        ),
        (f"{WALLET}/requests/{q(request)}/pay", {"key": "y"}),
    ]
    seen = set()
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for number, (path, honest) in enumerate(wishes):
            for member in honest:
                seen.add(member)
                for place, value in enumerate(WRONG):
                    wish = honest | {"key": f"{number} {member} {place}"} | {member: value}
                    answer = await alice.post(path, wish)
                    if answer.status == 200:
                        # A wish may have a key that is odd, or leave out what has a default.
                        tables.forget()
                        tables.changes()
                        continue
                    assert 400 <= answer.status < 500, (path, member, value, answer.body)
                    assert answer.errcode, answer.body
                    changed = tables.changes()
                    assert changed is None or set(changed) <= REMEMBERED, (member, value, changed)
            assert (await alice.post(path, honest)).status == 200, path
            tables.forget()
    assert seen == TIGHT
    assert list(violations(Path(server.settings.data))) == []


async def test_a_strangers_things_are_not_there(
    bank: Bank, alice: User, bob: User, carol: User, room: str, server: Server
) -> None:
    """Whether it is missing or somebody else's: not found, and no row."""
    await bank.give(alice, 100)
    transfer = (await offer(alice, bob, room, "5")).ok()["id"]
    request = (await bill(alice, room, "5", [bob])).ok()["id"]
    (await packet(alice, room, "5", 2)).ok()
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for path, body in (
            (f"transfers/{q(transfer)}/accept", {}),
            (f"transfers/{q(transfer)}/decline", {}),
            (f"requests/{q(request)}/pay", {"key": "k"}),
            (f"requests/{q(request)}/cancel", {}),
        ):
            mine = await carol.post(f"{WALLET}/{path}", body)
            missing = await carol.post(f"{WALLET}/{path.replace('_', '_x', 1)}", body)
            assert (mine.status, mine.body) == (missing.status, missing.body) == (404, mine.body)
            assert tables.changes() == {}
