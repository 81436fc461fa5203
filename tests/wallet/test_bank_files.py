"""The bank's files, as a bank sends them: money in, money out and back, each booking once, and hostile XML."""

from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.errors import ForbiddenError, NotFoundError
from courtyard.base.ids import UserId
from courtyard.base.settings import Settings
from courtyard.storage.tx import ReadTx
from courtyard.wallet import check
from courtyard.wallet.errors import EndedError, NotIndependentError
from courtyard.wallet.rails import assign, bank_export, bank_import
from courtyard.wallet.rails.bank_import import Summary
from courtyard.wallet.rails.camt import FILE_BYTES_MAX, read
from courtyard.wallet.rails.errors import BadBankFileError, NotAssignableError
from courtyard.wallet.rails.model import BatchId
from tests.api import User
from tests.wallet.bank import WALLET, Bank, balance
from tests.wallet.teller import (
    BANK_ACCOUNT,
    Entry,
    document,
    give_back,
    notice,
    open_fiat,
    pay_out,
    rejection,
    statement,
    top_up,
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, bank_account=BANK_ACCOUNT)


@pytest.fixture
async def fiat(bank: Bank, server: Server) -> Bank:
    await server.db.write(open_fiat, bank.operators)
    return bank


async def take(server: Server, content: bytes) -> Summary:
    """Import a file, and hold the ledger against its laws."""
    done = await server.db.write(bank_import.import_file, content)
    assert list(await server.db.read(lambda tx: list(check.violations(tx)))) == []
    return done


async def reference(user: User, amount: str) -> str:
    return str((await top_up(user, amount)).ok()["pay"]["reference"])


async def funded(server: Server, user: User, cents: int) -> None:
    await take(server, statement(Entry(cents, reference=await reference(user, str(cents)))))


async def state(user: User, what: str, id: str) -> tuple[str, str | None]:
    shown = (await user.get(f"{WALLET}/{what}/{id}")).ok()
    return shown["state"], shown.get("why")


async def exported(server: Server, user: User, *amounts: str) -> tuple[str, list[str]]:
    """Ask for payouts and write them into a file; return it and them."""
    ids = [(await pay_out(user, amount)).ok()["id"] for amount in amounts]
    batch = await server.db.write(bank_export.export)
    assert batch is not None
    assert (batch.count, batch.total) == (len(amounts), sum(map(int, amounts)))
    return batch.id, ids


# --- in -------------------------------------------------------------------------------------------


async def test_a_payment_with_its_reference_is_credited_once(
    server: Server, fiat: Bank, alice: User
) -> None:
    made = (await top_up(alice, "1250")).ok()
    file = statement(Entry(1250, reference=made["pay"]["reference"], service_ref="X1"), opening=99)

    done = await take(server, file)

    assert (done.new, done.matched, done.gaps) == (1, 1, [])
    assert await balance(alice) == 1250
    assert await state(alice, "topups", made["id"]) == ("settled", None)
    assert (await alice.get(f"{WALLET}/topups/{made['id']}")).ok()["pay"] == {}
    # The same file, and another that tells of the same booking.
    assert await take(server, file) == done
    other = await take(
        server, statement(Entry(1250, reference=made["pay"]["reference"], service_ref="X1"))
    )
    assert (other.new, other.known) == (0, 1)
    assert await balance(alice) == 1250


async def test_announced_and_then_on_the_statement(server: Server, fiat: Bank, alice: User) -> None:
    for service_ref in ("X1", ""):
        entry = Entry(500, reference=await reference(alice, "500"), service_ref=service_ref)
        before = await balance(alice)
        assert (await take(server, notice(entry))).matched == 1
        assert (await take(server, statement(entry))).known == 1
        assert await balance(alice) == before + 500


async def test_the_reference_may_be_typed_into_the_text(
    server: Server, fiat: Bank, alice: User
) -> None:
    said = await reference(alice, "700")
    grouped = " ".join(said[n : n + 4] for n in range(0, len(said), 4))
    done = await take(server, statement(Entry(700, text=f"Thanks {grouped} lunch")))
    assert done.matched == 1
    assert await balance(alice) == 700


async def test_what_does_not_fit_waits_for_an_operator(
    server: Server, fiat: Bank, alice: User
) -> None:
    said = await reference(alice, "1000")
    paid = Entry(1000, reference=said, service_ref="A")
    done = await take(
        server,
        statement(
            Entry(999, reference=said, service_ref="less"),
            Entry(1000, reference="RF18539007547034", service_ref="unknown"),
            Entry(1000, text="rent", service_ref="none"),
            paid,
            Entry(1000, reference=said, service_ref="twice"),
            Entry(-30, text="fee", service_ref="fee"),
        ),
    )
    assert (done.matched, done.unmatched) == (1, 5)
    assert await balance(alice) == 1000
    waiting = await server.db.read(assign.unmatched)
    assert {one.line.split(":")[1]: one.why for one in waiting} == {
        "less": "other_amount",
        "unknown": "unknown_reference",
        "none": "unknown_reference",
        "twice": "paid_before",
        "fee": "unknown_reference",
    }


async def test_an_operator_assigns_what_waits(
    server: Server, fiat: Bank, alice: User, bob: User
) -> None:
    await take(server, statement(Entry(800, service_ref="A"), Entry(-30, service_ref="F")))
    first, second = fiat.operators
    line, fee = "ref:A:800", "ref:F:-30"
    for by, to, error in (
        (UserId(bob.id), bob.id, ForbiddenError),
        (first, "@nobody:test.example", NotFoundError),
    ):
        with pytest.raises(error):
            await server.db.write(assign.propose, by, "bank", line, to)
    with pytest.raises(NotFoundError):
        await server.db.write(assign.propose, first, "bank", "ref:B:1", bob.id)
    with pytest.raises(NotAssignableError):
        await server.db.write(assign.propose, first, "bank", fee, bob.id)
    proposed = await server.db.write(assign.propose, first, "bank", line, bob.id)
    rival = await server.db.write(assign.propose, first, "bank", line, alice.id)
    with pytest.raises(NotIndependentError):
        await server.db.write(assign.approve, first, proposed.id)
    assert await balance(bob) == 0

    await server.db.write(assign.approve, second, proposed.id)

    assert await balance(bob) == 800
    with pytest.raises(EndedError):
        await server.db.write(assign.approve, second, proposed.id)
    with pytest.raises(NotAssignableError):
        await server.db.write(assign.approve, second, rival.id)
    assert (await balance(alice), await balance(bob)) == (0, 800)
    own = await server.db.write(assign.propose, first, "bank", fee, assign.TO_HOUSE)
    await server.db.write(assign.approve, second, own.id)
    assert await server.db.read(assign.unmatched) == []
    again = await take(server, statement(Entry(800, service_ref="A"), Entry(-30, service_ref="F")))
    assert (again.new, again.known) == (0, 2)


async def test_a_statement_with_a_hole_is_told(server: Server, fiat: Bank, alice: User) -> None:
    said = await reference(alice, "300")
    done = await take(server, statement(Entry(300, reference=said), opening=50, missing=7))
    assert len(done.gaps) == 1
    # What is on it has come all the same.
    assert await balance(alice) == 300


async def test_what_is_not_booked_yet_counts_for_nothing(
    server: Server, fiat: Bank, alice: User
) -> None:
    said = await reference(alice, "300")
    pending = Entry(300, reference=said, status="<Cd>PDNG</Cd>")
    assert (await take(server, statement(pending))).new == 0
    old = Entry(300, reference=said, status="BOOK")
    assert (await take(server, statement(old))).matched == 1


# --- out ------------------------------------------------------------------------------------------


async def test_a_payout_leaves_and_arrives(server: Server, fiat: Bank, alice: User) -> None:
    await funded(server, alice, 5000)
    assert await server.db.write(bank_export.export) is None
    batch, (id,) = await exported(server, alice, "1999")
    assert await balance(alice) == 3001
    assert await state(alice, "payouts", id) == ("sent", None)
    content = await server.db.read(bank_export.again, BatchId(batch))
    assert f"<EndToEndId>{id}</EndToEndId>" in content
    assert '<InstdAmt Ccy="EUR">19.99</InstdAmt>' in content
    # It is in one file and in no other.
    assert await server.db.write(bank_export.export) is None
    entry = Entry(-1999, end_to_end=id, service_ref="P1")
    assert (await take(server, notice(entry))).matched == 1
    assert (await take(server, statement(entry, opening=5000))).known == 1
    assert await state(alice, "payouts", id) == ("settled", None)
    assert await balance(alice) == 3001


async def test_a_rejected_payout_comes_back_once(server: Server, fiat: Bank, alice: User) -> None:
    await funded(server, alice, 5000)
    batch, (first, second) = await exported(server, alice, "1000", "2000")
    done = await take(server, rejection(batch, first))
    assert (done.rejected, done.ignored) == (1, 0)
    assert await balance(alice) == 3000
    assert await state(alice, "payouts", first) == ("failed", "AC04")
    assert await state(alice, "payouts", second) == ("sent", None)
    again = await take(server, rejection(batch, first, reason="AC06"))
    assert (again.rejected, again.ignored) == (0, 1)
    assert await balance(alice) == 3000
    # The whole file is refused after that: only what nothing was heard of.
    assert (await take(server, rejection(batch))).rejected == 1
    assert await balance(alice) == 5000
    # A bank that books it all the same is contradicting itself.
    wrong = await take(server, statement(Entry(-1000, end_to_end=first)))
    assert wrong.unmatched == 1
    assert (await server.db.read(assign.unmatched))[0].why == "never_left"


@pytest.mark.parametrize("order", ["dcp", "dpc", "cdp", "cpd", "pdc", "pcd"])
async def test_a_payout_that_comes_back_in_any_order(
    server: Server, fiat: Bank, alice: User, order: str
) -> None:
    """Debit, credit and pacs.004, in every order, each told twice (hyperwallet connector #35)."""
    await funded(server, alice, 5000)
    _, (id,) = await exported(server, alice, "1000")
    files = {
        "d": Entry(-1000, end_to_end=id, service_ref="P1"),
        "c": Entry(1000, end_to_end=id, service_ref="R1", reason="AC04"),
    }
    for step in order:
        if step == "p":
            await take(server, give_back(id, 1000))
        else:
            await take(server, notice(files[step]))
            await take(server, statement(files[step]))
        assert await balance(alice) in (4000, 5000)
    assert await state(alice, "payouts", id) == ("returned", "AC04")
    assert await balance(alice) == 5000
    assert await server.db.read(assign.unmatched) == []
    # Nothing is under way: what cleared is empty.
    assert await server.db.read(_posted, "rail:pending") == 0
    assert await server.db.read(_posted, "rail:bank") == -5000


def _posted(tx: ReadTx, owner: str) -> int:
    query = "SELECT posted FROM wallet_accounts WHERE owner = ? AND currency = 'EUR'"
    return int(tx._driver.execute(query, (owner,)).fetchone()[0])


async def test_a_payout_comes_back_only_once(server: Server, fiat: Bank, alice: User) -> None:
    """Blnk #152: refunded twice."""
    await funded(server, alice, 5000)
    _, (id,) = await exported(server, alice, "1000")
    await take(server, statement(Entry(-1000, end_to_end=id, service_ref="P1")))
    for name in ("R1", "R2"):
        await take(server, statement(Entry(1000, end_to_end=id, service_ref=name, reason="AC04")))
    assert await balance(alice) == 5000
    assert [one.why for one in await server.db.read(assign.unmatched)] == ["booked_before"]
    again = await take(server, statement(Entry(-1000, end_to_end=id, service_ref="P2")))
    assert again.unmatched == 1
    assert (await take(server, give_back(id, 1000, reason="MD07"))).ignored == 1


@pytest.mark.parametrize("cents", [999, 1001])
async def test_another_sum_is_not_this_payout(
    server: Server, fiat: Bank, alice: User, cents: int
) -> None:
    await funded(server, alice, 5000)
    batch, (id,) = await exported(server, alice, "1000")
    assert (await take(server, statement(Entry(-cents, end_to_end=id)))).unmatched == 1
    assert (
        await take(server, statement(Entry(cents, end_to_end=id, reason="AC04")))
    ).unmatched == 1
    assert (await take(server, give_back(id, cents))).ignored == 1
    assert await state(alice, "payouts", id) == ("sent", None)
    assert (await take(server, rejection(batch, "po_nobody"))).ignored == 1
    assert (await take(server, give_back("po_nobody", 5))).ignored == 1


async def test_a_payout_that_was_never_sent_cannot_be_booked(
    server: Server, fiat: Bank, alice: User
) -> None:
    await funded(server, alice, 5000)
    id = (await pay_out(alice, "1000")).ok()["id"]
    assert (await take(server, statement(Entry(-1000, end_to_end=id)))).unmatched == 1
    assert (await take(server, rejection("b", id))).ignored == 1
    assert await state(alice, "payouts", id) == ("created", None)


async def test_an_earlier_file_is_fetched_again_or_not_there(server: Server, fiat: Bank) -> None:
    with pytest.raises(NotFoundError):
        await server.db.read(bank_export.again, BatchId("b-none"))


# --- files that are none --------------------------------------------------------------------------

ENTITY = b'<!DOCTYPE d [<!ENTITY x "y">]><d>&x;</d>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><l>&j;</l>"
)
OUTSIDE = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
DTD = b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/d.dtd"><d/>'
NO_BALANCE = document("camt.053.001.08", "<BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>"
                      "DE89370400440532013000</IBAN></Id></Acct></Stmt></BkToCstmrStmt>")  # fmt: skip
BAD: dict[str, bytes] = {
    "nothing": b"",
    "no XML": b"%PDF-1.7",
    "cut off": statement(Entry(5))[:-20],
    "entity": ENTITY,
    "billion laughs": LAUGHS,
    "a file of the machine": OUTSIDE,
    "a document type elsewhere": DTD,
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><a/>',
    "not even text": bytes(range(256)),
    "another kind": document("camt.052.001.08", ""),
    "our own payment file": document("pain.001.001.09", ""),
    "no balance": NO_BALANCE,
    "another account": statement(Entry(5), iban="NL91ABNA0417164300"),
    "a broken account": statement(Entry(5), iban="NL91ABNA0417164301"),
    "a currency that is not here": statement(Entry(5, currency="USD")),
    "no currency": statement(Entry(5, currency="XXX")),
    "too many digits": statement(Entry(5, shown="0.055")),
    "a negative amount": statement(Entry(5, shown="-0.05")),
    "a float": statement(Entry(5, shown="5e2")),
    "a huge amount": statement(Entry(5, shown="99999999999999999.00")),
    "no day": statement(Entry(5, day="yesterday")),
    "neither in nor out": statement(Entry(5)).replace(b"CRDT", b"BOTH"),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_bad_file_is_refused_whole(
    server: Server, fiat: Bank, alice: User, name: str
) -> None:
    good = Entry(250, reference=await reference(alice, "250"))

    def count(tx: ReadTx) -> list[Any]:
        tables = ("wallet_bank_files", "wallet_bank_statements", "wallet_rail_lines")
        return [tx._driver.execute(f"SELECT COUNT(*) FROM {one}").fetchone() for one in tables]  # noqa: S608

    before = await server.db.read(count)
    with pytest.raises(BadBankFileError):
        await server.db.write(bank_import.import_file, BAD[name])
    assert await server.db.read(count) == before
    assert (await take(server, statement(good))).matched == 1


async def test_one_bad_line_spoils_the_whole_file(server: Server, fiat: Bank, alice: User) -> None:
    said = await reference(alice, "250")
    with pytest.raises(BadBankFileError):
        await server.db.write(
            bank_import.import_file,
            statement(Entry(250, reference=said), Entry(5, shown="0.055")),
        )
    assert await balance(alice) == 0


def test_fifty_megabytes_are_not_even_looked_at() -> None:
    with pytest.raises(BadBankFileError, match="too large"):
        read(b" " * 50_000_000)
    assert FILE_BYTES_MAX < 50_000_000


def test_a_very_deep_file_is_read_like_any_other() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    with pytest.raises(BadBankFileError):
        read(deep)


def test_one_entry_of_several_payments() -> None:
    """Where the bank tells how much each was, each is a booking; else the entry is one that nobody knows."""
    entry = Entry(300, end_to_end="a", service_ref="E").xml()
    details = (
        '<NtryDtls><TxDtls><Refs><EndToEndId>a</EndToEndId></Refs><Amt Ccy="EUR">1.00</Amt></TxDtls>'
        '<TxDtls><Refs><EndToEndId>b</EndToEndId></Refs><Amt Ccy="EUR">{rest}</Amt></TxDtls></NtryDtls>'
    )
    start, end = entry.index("<NtryDtls>"), entry.index("</Ntry>")
    for rest, expected in (("2.00", [("a", 100), ("b", 200)]), ("2.01", [("", 300)])):
        whole = statement(Entry(300)).decode()
        several = entry[:start] + details.format(rest=rest) + entry[end:]
        one = whole[: whole.index("<Ntry>")] + several + whole[whole.index("</Ntry>") + 7 :]
        (report,) = read(one.encode()).reports
        assert [(b.end_to_end, b.amount) for b in report.bookings] == expected
    assert len({b.service_ref for b in report.bookings}) == len(report.bookings)
