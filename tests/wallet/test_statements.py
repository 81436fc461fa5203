"""A month of an account: every format has the same entries, each entry is in one month, and the months fit together."""

import csv
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.ids import TimestampMs, UserId
from courtyard.base.settings import Settings
from courtyard.wallet import ledger
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.rails import bank_import
from courtyard.wallet.rails.camt import read
from courtyard.wallet.statements import as_page, rules, statement
from courtyard.wallet.statements.errors import StatementFormatError
from courtyard.wallet.statements.words import WORDS
from tests.api import Answer, Api, User
from tests.fakes import FakeClock
from tests.wallet.bank import DAY, LEAF, WALLET, Bank, act, offer, refused
from tests.wallet.shop import Shop, pay
from tests.wallet.teller import BANK_ACCOUNT, EUR, Entry, open_fiat, pay_out, top_up
from tests.wallet.teller import statement as bank_statement

MONTH = "2023-11"
"""When the tests' clock begins."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, bank_account=BANK_ACCOUNT)


@pytest.fixture
async def fiat(bank: Bank, server: Server) -> Bank:
    await server.db.write(open_fiat, bank.operators)
    return bank


async def ask(user: User, file: str, currency: str = LEAF, **query: str) -> Answer:
    return await user.get(f"{WALLET}/statements/{currency}/{file}", **query)


async def busy(bank: Bank, alice: User, bob: User, room: str) -> None:
    """Leave Alice with 1,000 and 60 of it sent."""
    await bank.give(alice, 1_000)
    made = (await offer(alice, bob, room, "60")).ok()
    (await act(bob, "transfers", made["id"], "accept")).ok()


def table(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode())))


# --- rules ----------------------------------------------------------------------------------------


def test_months() -> None:
    month, format = rules.parse_file("2024-02.csv", TimestampMs(1_800_000_000_000))
    assert (month.name, format) == ("2024-02", "csv")
    assert month.end_ms - month.start_ms == 29 * DAY
    assert rules.month_of("2023-12").end_ms == rules.month_of("2024-01").start_ms
    now = month.start_ms
    assert rules.parse_file("2024-02.html", now)[1] == "html"
    for bad in ("2024-03.csv", "2024-02.pdf", "2024-13.csv", "2024-00.csv", "2024-2.csv", "", "x"):
        with pytest.raises(StatementFormatError):
            rules.parse_file(bad, now)


def test_a_banks_format_knows_official_money_only() -> None:
    leaf = CurrencyInfo(code=LEAF, kind="community", scale=2, name="L", made_at=TimestampMs(0))
    euro = CurrencyInfo(code=EUR, kind="fiat", scale=2, name="E", made_at=TimestampMs(0))
    rules.check_format("csv", leaf)
    rules.check_format("xml", euro)
    with pytest.raises(StatementFormatError):
        rules.check_format("xml", leaf)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@bob:x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert rules.cell(text) == f"'{text}"
    assert rules.cell("bob") == "bob"


def test_both_languages_have_every_word() -> None:
    for key, (english, chinese) in WORDS.items():
        assert english != chinese, key
        assert re.findall(r"{\w+}", english) == re.findall(r"{\w+}", chinese), key


# --- formats --------------------------------------------------------------------------------------


async def test_csv(bank: Bank, alice: User, bob: User, room: str) -> None:
    await busy(bank, alice, bob, room)

    answer = await ask(alice, f"{MONTH}.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert "statement-LEAF-2023-11.csv" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"
    lines = table(answer.body)
    assert [(one["kind"], one["amount"], one["balance"]) for one in lines] == [
        ("opening", "", "0.00"),
        ("mint", "10.00", "10.00"),
        ("transfer", "-0.60", "9.40"),
        ("closing", "", "9.40"),
    ]
    theirs = table((await ask(bob, f"{MONTH}.csv")).body)
    assert [one["amount"] for one in theirs] == ["", "0.60", ""]


async def test_json(bank: Bank, alice: User, bob: User, room: str) -> None:
    await busy(bank, alice, bob, room)
    told = (await ask(alice, f"{MONTH}.json")).ok()
    assert (told["holder"], told["opening"], told["closing"]) == (alice.id, "0", "940")
    assert told["credits"] == {"count": 1, "sum": "1000"}
    assert told["debits"] == {"count": 1, "sum": "60"}
    assert [(one["seq"], one["amount"]) for one in told["entries"]] == [(1, "1000"), (2, "-60")]
    # Who has no account has an empty statement.
    carol = await alice.api.register("carl")
    assert (await ask(carol, f"{MONTH}.json")).ok()["entries"] == []
    assert len(table((await ask(carol, f"{MONTH}.csv")).body)) == 2
    assert b"Nothing came in" in (await ask(carol, f"{MONTH}.html", lang="en")).body


async def test_camt(server: Server, fiat: Bank, alice: User) -> None:
    """Our own reader of banks' files reads our own statement: opening and entries make the closing balance."""
    said = (await top_up(alice, "1250")).ok()["pay"]["reference"]
    file = bank_statement(Entry(1250, reference=said))
    await server.db.write(bank_import.import_file, file)
    (await pay_out(alice, "250")).ok()
    answer = await ask(alice, f"{MONTH}.xml", EUR)
    assert answer.headers["content-type"].startswith("application/xml")
    # A reader of banks wants an IBAN, which an account here has not.
    text = re.sub(
        rb"<Othr><Id>[^<]*</Id></Othr>", b"<IBAN>DE89370400440532013000</IBAN>", answer.body
    )
    (report,) = read(text).reports
    assert (report.opening, report.closing, report.currency) == (0, 1000, EUR)
    assert [one.amount for one in report.bookings] == [1250, -250]
    ns = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
    root = ET.fromstring(answer.body)  # noqa: S314  # our own
    assert [one.text for one in root.iterfind(".//c:BkTxCd/c:Prtry/c:Cd", ns)] == [
        "topup",
        "payout",
    ]
    empty = await ask(await alice.api.register("carl"), f"{MONTH}.xml", EUR)
    assert b"<Ntry>" not in empty.body


async def test_page(bank: Bank, alice: User, bob: User, room: str) -> None:
    await busy(bank, alice, bob, room)
    english = (await ask(alice, f"{MONTH}.html", lang="en")).body.decode()
    assert "Statement of 2023-11" in english
    assert "9.40" in english
    assert "<script" not in english
    assert alice.id in english
    answer = await alice.request(
        "GET", f"{WALLET}/statements/LEAF/{MONTH}.html", headers={"Accept-Language": "zh-CN"}
    )
    assert "对账单" in answer.body.decode()
    assert answer.headers["content-language"] == "zh"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_long_month_has_pages(
    bank: Bank, alice: User, bob: User, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from courtyard.wallet.statements import routes

    monkeypatch.setattr(routes, "ENTRIES_MAX", 2)
    monkeypatch.setattr(statement, "PAGE", 2)
    for _ in range(5):
        await bank.give(alice, 10)
    shown = ""
    start, seen = "0", 0
    while start:
        shown = (await ask(alice, f"{MONTH}.html", start=start, lang="en")).body.decode()
        seen += shown.count("New money")
        found = re.search(r"\?start=(\d+)", shown)
        start = found[1] if found else ""
    assert seen == 5
    assert len(table((await ask(alice, f"{MONTH}.csv")).body)) == 7
    assert len((await ask(alice, f"{MONTH}.json")).ok()["entries"]) == 5
    assert as_page.ENTRIES_MAX == 1_000


async def test_each_entry_is_in_one_month(
    server: Server, bank: Bank, clock: FakeClock, alice: User
) -> None:
    """Also when the clock was set back across the turn of the month."""
    november, december = rules.month_of("2023-11"), rules.month_of("2023-12")
    for now in (november.end_ms - 1, november.end_ms, november.end_ms - 5, december.end_ms + 1):
        clock.advance(now - server.world.clock.now_ms())
        await bank.give(alice, 100)
    seen: list[int] = []
    closing = "0"
    for month in ("2023-10", "2023-11", "2023-12", "2024-01"):
        told = (await ask(alice, f"{month}.json")).ok()
        assert told["opening"] == closing
        closing = told["closing"]
        seen += [one["seq"] for one in told["entries"]]
        made = int(told["opening"]) + sum(int(one["amount"]) for one in told["entries"])
        assert made == int(closing)
    assert seen == [1, 2, 3, 4]


BAD: list[tuple[str, str, int, str]] = [
    ("GOLD", f"{MONTH}.csv", 404, "UNKNOWN_CURRENCY"),
    (LEAF, f"{MONTH}.xml", 404, "STATEMENT_FORMAT"),
    (LEAF, "2023-12.csv", 404, "STATEMENT_FORMAT"),
    (LEAF, "2023-11.pdf", 404, "STATEMENT_FORMAT"),
    (LEAF, "november", 404, "STATEMENT_FORMAT"),
    ("GOLD", "november", 404, "STATEMENT_FORMAT"),
]


@pytest.mark.parametrize("currency,file,status,code", BAD)
async def test_what_is_refused(
    bank: Bank, alice: User, currency: str, file: str, status: int, code: str
) -> None:
    refused(await ask(alice, file, currency), status, code)
    assert (await ask(alice, f"{MONTH}.csv")).status == 200


@pytest.mark.parametrize("start", ["", "-1", "x", "9" * 30])
async def test_a_page_that_begins_nowhere(bank: Bank, alice: User, start: str) -> None:
    assert (await ask(alice, f"{MONTH}.html", start=start)).errcode == "M_INVALID_PARAM"


async def test_any_account_has_a_statement(server: Server, bank: Bank, alice: User) -> None:
    """As merchants' routes will ask for it."""
    await bank.give(alice, 100)

    def of_mint(tx: Any) -> Any:
        from courtyard.wallet import ledger

        return statement.of_account(
            tx, ledger.mint_account(tx, LEAF), "the mint", LEAF, rules.month_of(MONTH), "csv"
        )

    told = await server.db.write(of_mint)
    assert (told.holder, told.closing, told.debits) == ("the mint", -100, 100)
    assert UserId(alice.id) not in told.holder


async def test_a_shop_has_statements_that_do_not_say_who_its_payers_are(
    bank: Bank, api: Api, alice: User, bob: User
) -> None:
    await bank.give(alice, 1_000)
    shop = await Shop.open(bob, name="Noodles")
    order = (await shop.order("250")).ok()
    (await pay(alice, order)).ok()
    (await shop.act(order["id"], "refunds", out_refund_no="r1", amount="50", reason="cold")).ok()

    path = f"{shop.path}/statements/{LEAF}/{MONTH}"
    told = table((await bob.get(f"{path}.csv")).body)
    assert [(line["kind"], line["amount"]) for line in told[1:-1]] == [
        ("order_paid", "2.50"),
        ("order_refunded", "-0.50"),
    ]
    by_server = await shop.server.get(f"{path}.json")
    page = await bob.get(f"{path}.html")
    for answer in (by_server, page):
        assert answer.status == 200
        assert alice.id.encode() not in answer.body
    assert b"Noodles" in page.body
    # The payer reads where they paid.
    own = table((await ask(alice, f"{MONTH}.csv")).body)
    assert own[-2]["with"] == "Noodles", own

    till = await shop.till()
    refused(await till.get(f"{path}.csv"), 403, "SCOPE")
    assert (await alice.get(f"{path}.csv")).status == 404
    assert (await api.request("GET", f"{path}.csv")).status == 401


def test_every_kind_of_entry_has_its_words() -> None:
    source = Path(ledger.__file__).parent
    kinds = set()
    for path in source.rglob("*.py"):
        for call in re.findall(
            r"ledger\.transfer\((.*?)\n? *\[?moves?", path.read_text("utf-8"), re.DOTALL
        ):
            kinds |= set(re.findall(r'"([a-z_]+)"', call))
    assert len(kinds) >= 8
    assert kinds <= set(WORDS)
