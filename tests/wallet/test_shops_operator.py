"""`courtyard wallet merchant`, what the archive has of shops, and whatever stands in a wish."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from courtyard.accounts.account import make_admin
from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.cli.check import violations
from courtyard.cli.wallet import wallet
from courtyard.wallet.shops import archive_section, keys, merchants
from tests.api import PASSWORD, User
from tests.archive.archives import export
from tests.tables import Tables
from tests.wallet.bank import LEAF, WALLET, Bank
from tests.wallet.shop import DETAILS, Shop, number, pay
from tests.wallet.test_hostile import REMEMBERED, WRONG


@pytest.fixture
async def shop(bank: Bank, alice: User, bob: User) -> Shop:
    await bank.give(bob, 10_000)
    return await Shop.open(alice)


async def _run(server: Server, *arguments: str) -> Result:
    given = [*arguments, "--data", server.settings.data, "--server-name", "test.example"]
    return await asyncio.to_thread(CliRunner().invoke, wallet, given, f"{PASSWORD}\n")


async def test_an_operator_verifies_a_shop(shop: Shop, server: Server, bob: User) -> None:
    listed = await _run(server, "merchant", "list")
    assert listed.output == (
        f"{shop.id} Noodles (5812, Porto, PT) of {shop.owner.id}, not verified\n"
    )
    refused = await _run(server, "merchant", "verify", shop.id, "Noodles, Lda", "--by", "bob")
    assert refused.exit_code == 2
    assert "Only operators" in refused.output

    await server.db.write(make_admin, UserId(bob.id))
    done = await _run(server, "merchant", "verify", shop.id, "Noodles, Lda", "--by", "bob")
    assert done.output == f"{shop.id} is verified as Noodles, Lda.\n"
    assert "verified as Noodles, Lda" in (await _run(server, "merchant", "list")).output
    assert (await bob.get(shop.path)).ok()["name"] == "Noodles, Lda"

    for bad in (("verify", "mch_none", "x"), ("verify", shop.id, " "), ("unverify", "mch_none")):
        assert (await _run(server, "merchant", *bad, "--by", "bob")).exit_code == 2
    done = await _run(server, "merchant", "unverify", shop.id, "--by", "bob")
    assert done.output == f"{shop.id} is not verified any more.\n"
    (await shop.owner.post(f"{shop.path}/close")).ok()
    assert (await _run(server, "merchant", "list")).output.endswith("not verified, closed\n")


async def test_the_archive_has_the_shops_and_what_was_paid(
    shop: Shop, alice: User, bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_section, "PAGE", 2)
    paid = []
    for amount in ("1", "2", "3"):
        order = (await shop.order(amount)).ok()
        (await pay(bob, order)).ok()
        paid.append(order["id"])
    await shop.order("9")

    mine = await export(alice)
    assert [one["id"] for one in mine.json("shops/merchants.json")["merchants"]] == [shop.id]
    theirs = await export(bob)
    told = theirs.lines("shops/paid.ndjson")
    assert [(one["id"], one["amount"], one["name"]) for one in told] == [
        (paid[0], "1", "Noodles"),
        (paid[1], "2", "Noodles"),
        (paid[2], "3", "Noodles"),
    ]
    nothing = await export(carol)
    assert not [name for name in nothing.files if name.startswith("shops/")]


async def test_whatever_stands_in_a_wish(
    shop: Shop, alice: User, bob: User, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal in words, and nothing of it is kept."""
    monkeypatch.setattr(merchants, "MERCHANTS_MAX", 1_000)
    monkeypatch.setattr(keys, "KEYS_MAX", 1_000)
    order = (await shop.order("5")).ok()
    paid = (await shop.order("500")).ok()
    (await pay(bob, paid)).ok()
    static = (await shop.server.get(f"{shop.path}/code", currency=LEAF)).ok()["code"]
    made = {"currency": LEAF, "amount": "5"}
    wishes: list[tuple[User, str, dict[str, Any]]] = [
        (alice, f"{WALLET}/merchants", DETAILS | {"key": "m"}),
        (alice, f"{shop.path}/keys", {"name": "till", "scope": "till"}),
        (alice, f"{shop.path}/withdraw", made | {"key": "w", "amount": "1"}),
        (
            alice,
            f"{shop.path}/orders",
            made | {"out_trade_no": "h", "kind": "link", "description": "", "expires_at": None},
        ),
        (
            alice,
            f"{shop.path}/orders/{paid['id']}/refunds",
            {"out_refund_no": "h", "amount": "1", "reason": "x"},
        ),
        (bob, f"{WALLET}/orders/{order['id']}/pay", {"key": "p", "proof": None}),
        (bob, f"{WALLET}/codes/pay", made | {"key": "c", "code": static, "proof": None}),
        (bob, f"{WALLET}/codes/resolve", {"code": static}),
        (bob, f"{WALLET}/paycodes/packs", {"currency": LEAF}),
    ]
    code = (await bob.post(f"{WALLET}/paycodes/packs", {"currency": LEAF})).ok()["codes"][0]
    charge = made | {"code": code, "out_trade_no": "t", "description": ""}
    wishes.insert(0, (alice, f"{shop.path}/charges", charge))
    with Tables(Path(server.settings.data) / "courtyard.db") as tables:
        for user, path, honest in wishes:
            own = dict.fromkeys(("key", "out_trade_no", "out_refund_no"), number)
            for member in honest:
                for value in WRONG:
                    fresh = {name: make() for name, make in own.items() if name in honest}
                    answer = await user.post(path, honest | fresh | {member: value})
                    if answer.status == 200:
                        tables.forget()
                        tables.changes()
                        continue
                    assert 400 <= answer.status < 500, (path, member, value, answer.body)
                    assert answer.errcode, answer.body
                    changed = tables.changes()
                    assert changed is None or set(changed) <= REMEMBERED, (member, value, changed)
            if not path.endswith(("/pay", "/charges")):
                fresh = {name: make() for name, make in own.items() if name in honest}
                assert (await user.post(path, honest | fresh)).status == 200, path
            tables.forget()
    assert list(violations(Path(server.settings.data))) == []
