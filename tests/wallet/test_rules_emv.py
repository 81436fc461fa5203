"""Codes in the EMVCo form. The vectors were held against cemacqr 0.1.2 (no violation) and promptpay-qr 0.1.2 once."""

from typing import Any

import pytest

from courtyard.base.ids import TimestampMs
from courtyard.wallet.model import CurrencyInfo
from courtyard.wallet.shops import rules_emv as emv
from courtyard.wallet.shops.errors import BadCodeError, ForeignCodeError, ForgedCodeError
from tests.wallet.shop_things import LEAF, merchant, order

SERVER = emv.server_tag("test.example")
CURRENCY = CurrencyInfo(code=LEAF, kind="community", scale=2, name="L", made_at=TimestampMs(0))
STATIC = (
    "00020101021126790013org.courtyard0108b26ff30f0224abcdefghijklmnopqrstuvwx0310J4D4SBJCJL0404LEAF"
    "5204581253039995802PT5925Cafe  Noodles of Porto, L6015Sao Joao da Mad6304D6B5"
)
DYNAMIC = (
    "00020101021226790013org.courtyard0108b26ff30f0224abcdefghijklmnopqrstuvwx0310BWPLIX52GR0404LEAF"
    "52045812530399954042.505802PT5901-6015Sao Joao da Mad62280524abcdefghijklmnopqrstuvwx6304F590"
)
PROMPTPAY = "00020101021229370016A000000677010111011300668012345675802TH530376454041.236304A611"
SHOP = merchant(city="São João da Madeira")
NAME = "Café 面馆 Noodles of Porto, Limitada"


def whole(text: str) -> str:
    return text + emv.crc16(text)


def sealed(pairs: dict[str, str]) -> str:
    return emv.seal(list(pairs.items()))


def test_the_checksum_is_the_one_of_the_standard() -> None:
    assert emv.crc16("123456789") == "29B1"


def test_codes_are_made_as_other_readers_want_them() -> None:
    assert emv.static_code(SHOP, NAME, LEAF, SERVER) == STATIC
    assert emv.order_code(SHOP, "面馆", order(), CURRENCY, SERVER) == DYNAMIC


def test_an_amount_that_does_not_fit_is_left_out() -> None:
    code = emv.order_code(SHOP, "x", order(amount=2**53 - 1), CURRENCY, SERVER)
    assert "54" not in emv.unseal(code)
    emv.verify(emv.read(code, SERVER), SHOP)


def test_what_a_code_says_is_read_back() -> None:
    static, dynamic = emv.read(STATIC, SERVER), emv.read(DYNAMIC, SERVER)
    assert (static.merchant, static.currency, static.order) == (SHOP.id, LEAF, None)
    assert (dynamic.merchant, dynamic.order, dynamic.amount) == (SHOP.id, order().id, "2.50")
    emv.verify(static, SHOP)
    emv.verify(dynamic, SHOP)


@pytest.mark.parametrize("code", [STATIC, DYNAMIC])
def test_one_wrong_character_is_noticed(code: str) -> None:
    for place in range(len(code)):
        wrong = "7" if code[place] != "7" else "3"
        with pytest.raises(BadCodeError):
            emv.read(code[:place] + wrong + code[place + 1 :], SERVER)
        with pytest.raises(BadCodeError):
            emv.read(code[:place], SERVER)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "000201",
            "https://example.org",
            "0" * 513,
            "000201\ud800abcd6304ABCD",
            "000201" + "x" * 20,
        ),
        sealed({"00": "01"})[:-8] + "6304",
        emv.seal([("00", "01"), ("01", "11"), ("01", "12")]),
        "00020101" + "1",
        # Sealed, and cut off within.
        whole("0002010199xx6304"),
        whole("000201xx02xx6304"),
        whole("00020101xxxx6304"),
        # The checksum is right, and is not where it must be.
        whole("00020101029999"),
        emv.seal([("00", "01"), ("26", "0013org.courtyard01")]),
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCodeError):
        emv.read(text, SERVER)


@pytest.mark.parametrize(
    "text",
    [
        PROMPTPAY,
        sealed({"00": "01", "26": "0014br.gov.bcb.pix"}),
        sealed({"00": "01"}),
        sealed({"00": "01", "80": emv.join([("00", emv.OURS)])}),
        sealed({"00": "01", "26": emv.join([("00", emv.OURS), ("01", "00000000")])}),
        sealed({"00": "01", "26": emv.join([("00", emv.OURS)])}),
    ],
)
def test_a_code_of_others_is_told_from_a_damaged_one(text: str) -> None:
    with pytest.raises(ForeignCodeError):
        emv.read(text, SERVER)


def test_ours_may_stand_in_any_template() -> None:
    values = emv.unseal(STATIC)
    values["51"] = values.pop("26")
    emv.verify(emv.read(sealed({"00": "01", "26": "0003abc"} | values), SERVER), SHOP)


def forged(change: Any) -> emv.Code:
    values = emv.unseal(DYNAMIC)
    ours = emv.split(values["26"])
    change(values, ours)
    values["26"] = emv.join(list(ours.items()))
    return emv.read(sealed(values), SERVER)


@pytest.mark.parametrize(
    "change",
    [
        lambda _, ours: ours.update({"03": "AAAAAAAAAA"}),
        lambda _, ours: ours.update({"03": "ÄÖÜ"}),
        lambda _, ours: ours.pop("03"),
        lambda _, ours: ours.update({"04": "GOLD"}),
        lambda values, _: values.update({"54": "2.51"}),
        lambda values, _: values.pop("54"),
        lambda values, _: values.update({"62": "0524" + "b" * 24}),
        lambda values, _: values.pop("62"),
    ],
)
def test_a_forged_code_is_noticed(change: Any) -> None:
    with pytest.raises(ForgedCodeError):
        emv.verify(forged(change), SHOP)


def test_a_code_of_another_shop_is_not_this_ones() -> None:
    with pytest.raises(ForgedCodeError):
        emv.verify(emv.read(STATIC, SERVER), merchant(secret=b"another"))


@pytest.mark.parametrize(
    "name, plain",
    [("Noodles", "Noodles"), ("面馆", "-"), ("  é  ", "e"), ("x" * 30, "x" * 25), ("a" * 24 + " b", "a" * 24)],
)  # fmt: skip
def test_names_are_written_for_every_reader(name: str, plain: str) -> None:
    assert emv.plain(name, 25) == plain


@pytest.mark.parametrize(
    "amount, scale, told",
    [(250, 2, "2.50"), (5, 2, "0.05"), (250, 0, "250"), (1, 9, "0.000000001")],
)
def test_amounts_are_written_in_major_units(amount: int, scale: int, told: str) -> None:
    assert emv.major(amount, scale) == told
