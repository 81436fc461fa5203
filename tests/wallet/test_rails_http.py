"""Money in and out through HTTP: at the cash desk, and the part of the bank that its owner sees."""

import asyncio
import subprocess
import sys
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.gate.model import Restriction
from courtyard.storage.tx import ReadTx
from courtyard.wallet import check, mode
from courtyard.wallet.archive_section import PAGE
from courtyard.wallet.errors import EndedError, NotIndependentError
from courtyard.wallet.model import ProposalId
from courtyard.wallet.rails import redeem
from courtyard.wallet.rails.bank import OwnAccount, epc_text
from courtyard.wallet.rails.model import TxnId
from courtyard.wallet.rails.rules_iban import parse_rf
from tests.api import Api, User
from tests.archive.archives import export
from tests.fakes import FakeClock
from tests.wallet.bank import HOUR, LEAF, WALLET, Bank, balance, refused
from tests.wallet.teller import (
    BANK_ACCOUNT,
    EUR,
    IBAN,
    THEIR_IBAN,
    open_fiat,
    pay_out,
    top_up,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, bank_account=BANK_ACCOUNT)


@pytest.fixture
async def fiat(bank: Bank, server: Server) -> Bank:
    await server.db.write(open_fiat, bank.operators)
    return bank


async def rows(server: Server) -> list[int]:
    """Count what a refusal must not have written."""
    names = ("wallet_rail_txns", "wallet_answers", "wallet_journals", "wallet_transfers")

    def count(tx: ReadTx) -> list[int]:
        driver = tx._driver
        return [driver.execute(f"SELECT COUNT(*) FROM {one}").fetchone()[0] for one in names]  # noqa: S608

    return await server.db.read(count)


async def test_which_ways_there_are(fiat: Bank, alice: User) -> None:
    shown = (await alice.get(f"{WALLET}/rails")).ok()
    assert (shown["mode"]["mode"], shown["mode"]["words"]) == ("agent", "A bank holds it for us.")
    assert shown["rails"] == [
        {"rail": "cash", "currency": EUR, "directions": ["payout"]},
        {"rail": "cash", "currency": LEAF, "directions": ["payout"]},
        {"rail": "bank", "currency": EUR, "directions": ["payout", "topup"]},
    ]


async def test_the_mode_is_the_one_that_was_approved_last(
    fiat: Bank, alice: User, clock: FakeClock, server: Server
) -> None:
    one, other = fiat.operators[:2]
    made = await server.db.write(mode.propose, one, "closed", "Only among ourselves.")
    # The machine's clock is set right.
    clock.advance(-HOUR)

    chosen = await server.db.write(mode.approve, other, made.id)

    assert chosen.mode == "closed"
    assert (await alice.get(f"{WALLET}/rails")).ok()["mode"]["mode"] == "closed"


async def test_without_a_mode_there_is_no_official_money(bank: Bank, alice: User) -> None:
    assert (await alice.get(f"{WALLET}/rails")).ok()["mode"] is None
    refused(await top_up(alice, "100"), 404, "UNKNOWN_CURRENCY")


async def test_a_top_up_tells_how_to_pay(fiat: Bank, alice: User, bob: User) -> None:
    made = (await top_up(alice, "1250", key="first")).ok()
    assert (made["state"], made["amount"], made["rail"]) == ("created", "1250", "bank")
    pay = made["pay"]
    assert (pay["iban"], pay["name"], pay["amount"]) == (IBAN, "Courtyard Test e. V.", "12.50")
    assert parse_rf(pay["reference"]) == pay["reference"]
    assert (await top_up(alice, "1250", key="first")).ok() == made
    refused(await top_up(alice, "1251", key="first"), 409, "KEY_REUSED")
    # Nothing has come yet.
    assert await balance(alice) == 0
    assert (await alice.get(f"{WALLET}/topups/{made['id']}")).ok() == made
    assert (await bob.get(f"{WALLET}/topups/{made['id']}")).status == 404
    assert (await alice.get(f"{WALLET}/payouts/{made['id']}")).status == 404

    picture = await alice.get(f"{WALLET}/topups/{made['id']}/qr")

    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert picture.body.startswith(b"<svg")
    assert (await bob.get(f"{WALLET}/topups/{made['id']}/qr")).status == 404


def test_the_code_is_what_a_library_for_it_says() -> None:
    import segno
    from segno.helpers import make_epc_qr

    own = OwnAccount(iban=IBAN, name="Courtyard Test e. V.")
    ours = epc_text(own, "12.5", "RF18539007547034")
    theirs = make_epc_qr(
        name=own.name, iban=IBAN, amount=Decimal("12.5"), reference="RF18539007547034", encoding=1
    )
    made = segno.make(ours, error="m", boost_error=False, micro=False, encoding="utf-8")
    assert made == theirs


BAD_TOPUPS: list[tuple[dict[str, Any], int, str]] = [
    ({"key": None}, 400, "BAD_KEY"),
    ({"key": ""}, 400, "BAD_KEY"),
    ({"amount": "0"}, 400, "BAD_AMOUNT"),
    ({"amount": "-5"}, 400, "BAD_AMOUNT"),
    ({"amount": "1.5"}, 400, "BAD_AMOUNT"),
    ({"amount": 5}, 400, "BAD_AMOUNT"),
    ({"rail": "pigeon"}, 404, "UNKNOWN_RAIL"),
    ({"rail": "cash"}, 404, "UNKNOWN_RAIL"),
    ({"rail": "stripe"}, 404, "UNKNOWN_RAIL"),
    ({"currency": "LEAF"}, 404, "UNKNOWN_RAIL"),
    ({"currency": "GOLD"}, 404, "UNKNOWN_CURRENCY"),
    # The first that is wrong is the answer.
    ({"key": "", "amount": "0", "rail": "pigeon"}, 400, "BAD_KEY"),
    ({"amount": "0", "rail": "pigeon"}, 400, "BAD_AMOUNT"),
    ({"rail": "pigeon", "currency": "GOLD"}, 404, "UNKNOWN_RAIL"),
    ({"rail": "cash", "currency": "GOLD"}, 404, "UNKNOWN_CURRENCY"),
]
BAD_PAYOUTS: list[tuple[dict[str, Any], int, str]] = [
    *(bad for bad in BAD_TOPUPS if bad[0].get("rail") != "cash" and bad[0].get("rail") != "stripe"),
    ({"account": "DE00"}, 400, "BAD_PAYEE"),
    ({"account": None}, 400, "BAD_PAYEE"),
    ({"name": ""}, 400, "BAD_PAYEE"),
    ({"rail": "stripe"}, 400, "BAD_PAYEE"),
    ({"rail": "stripe", "account": "ba_1"}, 404, "UNKNOWN_RAIL"),
    ({"account": "DE00", "currency": "GOLD"}, 400, "BAD_PAYEE"),
    ({"amount": "99999999999"}, 409, "INSUFFICIENT_FUNDS"),
]


@pytest.mark.parametrize("changes,status,code", BAD_TOPUPS)
async def test_a_bad_top_up_writes_nothing(
    server: Server, fiat: Bank, alice: User, changes: dict[str, Any], status: int, code: str
) -> None:
    before = await rows(server)
    refused(await top_up(alice, **{"amount": "100"} | changes), status, code)
    assert await rows(server) == before
    assert (await top_up(alice, "100")).status == 200


@pytest.mark.parametrize("changes,status,code", BAD_PAYOUTS)
async def test_a_bad_payout_writes_nothing(
    server: Server, fiat: Bank, alice: User, changes: dict[str, Any], status: int, code: str
) -> None:
    before = await rows(server)
    refused(await pay_out(alice, **{"amount": "100"} | changes), status, code)
    after = await rows(server)
    # That the money was not there is remembered, and nothing else.
    before[1] += code == "INSUFFICIENT_FUNDS"
    assert after == before


async def test_more_than_a_rail_carries(server: Server, fiat: Bank, alice: User) -> None:
    assert (await top_up(alice, "99999999999")).status == 200
    answer = await top_up(alice, "100000000000")
    assert (answer.status, answer.errcode) == (400, "COURTYARD_AMOUNT_OUT_OF_RANGE")


async def test_cash_over_the_desk(server: Server, fiat: Bank, alice: User, bob: User) -> None:
    await fiat.give(alice, 100)
    first, second = fiat.operators
    made = (await pay_out(alice, "60", rail="cash", currency=LEAF, key="c")).ok()
    assert (made["state"], made["to"]) == ("created", {"account": "", "name": ""})
    assert await balance(alice) == 40
    assert (await pay_out(alice, "60", rail="cash", currency=LEAF, key="c")).ok() == made
    refused(
        await pay_out(alice, "41", rail="cash", currency=LEAF, key="d"), 409, "INSUFFICIENT_FUNDS"
    )
    await fiat.give(alice, 1)
    refused(
        await pay_out(alice, "41", rail="cash", currency=LEAF, key="d"), 409, "INSUFFICIENT_FUNDS"
    )

    id = TxnId(made["id"])
    assert [one.id for one in await server.db.read(redeem.waiting)] == [id]
    proposed = await server.db.write(redeem.propose, first, id)
    with pytest.raises(NotIndependentError):
        await server.db.write(redeem.approve, first, proposed.id)
    again = await server.db.write(redeem.propose, first, id)
    await server.db.write(redeem.approve, second, proposed.id)

    assert (await alice.get(f"{WALLET}/payouts/{id}")).ok()["state"] == "settled"
    assert (await bob.get(f"{WALLET}/payouts/{id}")).status == 404
    for twice in (proposed.id, again.id):
        with pytest.raises(EndedError):
            await server.db.write(redeem.approve, second, ProposalId(twice))
    with pytest.raises(EndedError):
        await server.db.write(redeem.refuse, second, id)
    kinds = [line["kind"] for line in (await alice.get(f"{WALLET}/history/LEAF")).ok()["entries"]]
    assert kinds == ["mint", "payout", "mint"]
    assert list(await server.db.read(lambda tx: list(check.violations(tx)))) == []


async def test_cash_that_is_not_handed_out_goes_back(
    server: Server, fiat: Bank, alice: User
) -> None:
    await fiat.give(alice, 100)
    made = (await pay_out(alice, "100", rail="cash", currency=LEAF)).ok()
    proposed = await server.db.write(redeem.propose, fiat.operators[0], TxnId(made["id"]))
    await server.db.write(redeem.refuse, fiat.operators[0], TxnId(made["id"]))
    assert await balance(alice) == 100
    with pytest.raises(EndedError):
        await server.db.write(redeem.approve, fiat.operators[1], proposed.id)
    shown = (await alice.get(f"{WALLET}/payouts/{made['id']}")).ok()
    assert (shown["state"], shown["why"]) == ("failed", "refused")
    lines = (await alice.get(f"{WALLET}/history/LEAF")).ok()["entries"]
    assert [line["kind"] for line in lines] == ["payout_returned", "payout", "mint"]


async def test_nothing_keeps_anybody_from_their_money(
    server: Server, fiat: Bank, api: Api, alice: User
) -> None:
    """A suspended account pays out (P3); so does one that the wallet's own class keeps from paying."""
    from courtyard.gate.model import RESTRICTABLE
    from courtyard.gate.model import WALLET as WALLET_CAPABILITIES
    from courtyard.gate.restrict import restrict

    await fiat.give(alice, 100)
    now = server.world.clock.now_ms()
    for number, capability in enumerate(sorted(RESTRICTABLE | WALLET_CAPABILITIES)):
        await server.db.write(
            restrict,
            Restriction(
                id=f"r{number}",
                user_id=UserId(alice.id),
                capability=capability,
                decision_id="d1",
                starts_at=now,
                ends_at=type(now)(now + 86_400_000),
                rule="R",
                statement="/s",
                appeal="/a",
                appeal_until=type(now)(now + 86_400_000),
                proof="/p",
            ),
            by_wallet=capability in WALLET_CAPABILITIES,
        )
    assert (await alice.post("createRoom", {})).status == 403
    made = (await pay_out(alice, "100", rail="cash", currency=LEAF)).ok()
    assert made["state"] == "created"
    assert (await alice.get(f"{WALLET}/payouts/{made['id']}")).status == 200
    assert THEIR_IBAN not in str(made)


async def test_the_archive_has_what_came_in_and_went_out(
    fiat: Bank, alice: User, bob: User
) -> None:
    await fiat.give(alice, 100)
    made = [(await top_up(alice, "100")).ok()["id"] for _ in range(PAGE + 1)]
    made.append((await pay_out(alice, "60", rail="cash", currency=LEAF)).ok()["id"])
    (await top_up(bob, "100")).ok()

    archive = await export(alice)

    assert sorted(one["id"] for one in archive.lines("wallet/rails.ndjson")) == sorted(made)
    # Bob has no money yet, and takes along what he announced.
    assert len((await export(bob)).lines("wallet/rails.ndjson")) == 1


async def test_at_once(server: Server, fiat: Bank, alice: User) -> None:
    """The same key twice in one batch is one payment (Formance stack #1633), and two keys cannot spend one sum."""
    await fiat.give(alice, 100)
    same = await asyncio.gather(
        *(pay_out(alice, "10", rail="cash", currency=LEAF, key="same") for _ in range(8))
    )
    assert len({one.ok()["id"] for one in same}) == 1
    assert await balance(alice) == 90
    other = await asyncio.gather(
        *(pay_out(alice, "60", rail="cash", currency=LEAF) for _ in range(4))
    )
    assert sorted(one.status for one in other) == [200, 409, 409, 409]
    assert await balance(alice) == 30
    waiting = await server.db.read(redeem.waiting)
    first, second = fiat.operators
    proposed = await server.db.write(redeem.propose, first, waiting[0].id)
    done = await asyncio.gather(
        *(server.db.write(redeem.approve, second, proposed.id) for _ in range(4)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, EndedError) for one in done) == 3


def test_a_server_without_rails_loads_nothing_for_them() -> None:
    """Stripe's library alone would be tens of megabytes at rest."""
    heavy = "('stripe', 'segno', 'defusedxml', 'requests')"
    code = f"import sys, courtyard.app.wiring; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
