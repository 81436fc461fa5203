"""Addresses, codes, times and the shape of a letter, without a mail server."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.base.errors import InvalidParamError
from courtyard.base.ids import ServerName, TimestampMs, UserId
from courtyard.conduct import rules_mail
from courtyard.conduct.model_mail import CODE_MS, LETTER_MS, Letter, LetterId, Mailbox

AT = TimestampMs(1_700_000_000_000)
LETTER = Letter(
    id=LetterId("1" * 32),
    user_id=UserId("@alice:test.example"),
    decision_id=None,
    what="statement",
    lang="en",
    address="alice@mail.example",
    subject="A decision about your account",
    text="You wrote it.",
    made_at=AT,
)


@pytest.mark.parametrize(
    "address",
    [
        "alice@mail.example",
        "a.b+c_d@x.co",
        "o'brien@mail.example",
        "ALICE@Mail.Example",
        "a@localhost",
    ],
)
def test_addresses_that_people_have(address: str) -> None:
    assert rules_mail.check_address(address) == address


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_what_is_taken_for_an_address_is_one_word_of_ascii(text: str) -> None:
    for tried in (text, f"alice@{text}", f"{text}@mail.example"):
        try:
            address = rules_mail.check_address(tried)
        except InvalidParamError:
            continue
        assert address.isascii()
        assert address.count("@") == 1
        assert not set(address) & set(' \t\r\n\0<>,;:"()[]\\')


def test_a_code_is_read_as_it_is_typed() -> None:
    assert rules_mail.code_of("abcdefghjkmn") == "abcd-efgh-jkmn"
    for typed in ("abcd-efgh-jkmn", "ABCDEFGHJKMN", " abcd efgh\tjkmn\n"):
        assert rules_mail.plain_code(typed) == "abcdefghjkmn"
    assert len(rules_mail.CODE_ALPHABET) ** rules_mail.CODE_CHARS > 2**59


def test_a_wish_lasts_a_day() -> None:
    mailbox = Mailbox(user_id=LETTER.user_id)
    assert not rules_mail.has_wish(mailbox, AT)
    asked = msgspec.structs.replace(mailbox, asked_at=AT)
    assert rules_mail.has_wish(asked, AT + CODE_MS - 1)
    assert not rules_mail.has_wish(asked, AT + CODE_MS)


def test_waits_grow_to_six_hours() -> None:
    minutes = [rules_mail.wait_ms(attempts) / 60_000 for attempts in (1, 2, 3, 9, 10, 100)]
    assert minutes == [1, 2, 4, 256, 360, 360]


def test_letters_are_given_up_after_days_and_codes_are_not_sent_late() -> None:
    assert not rules_mail.is_over(LETTER, AT + LETTER_MS - 1)
    assert rules_mail.is_over(LETTER, AT + LETTER_MS)
    code = msgspec.structs.replace(LETTER, what="code")
    assert not rules_mail.is_stale(code, AT + CODE_MS - 1)
    assert rules_mail.is_stale(code, AT + CODE_MS)
    assert not rules_mail.is_stale(LETTER, AT + LETTER_MS)


def test_the_sender_is_what_the_operator_says_or_the_servers_name() -> None:
    assert rules_mail.sender_of("", ServerName("test.example:8448")) == "notices@test.example"
    assert rules_mail.sender_of("a@b.example", ServerName("test.example")) == "a@b.example"


def test_a_second_attempt_sends_the_same_bytes() -> None:
    tried = msgspec.structs.replace(LETTER, attempts=7)
    first, second = (
        rules_mail.message_of(one, "", ServerName("test.example")).as_bytes()
        for one in (LETTER, tried)
    )
    assert first == second


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_no_text_reaches_a_header_or_ends_the_letter(text: str) -> None:
    letter = msgspec.structs.replace(LETTER, text=text)
    head, _, body = (
        rules_mail.message_of(letter, "", ServerName("test.example"))
        .as_bytes()
        .partition(b"\r\n\r\n")
    )
    plain, _, _ = (
        rules_mail.message_of(LETTER, "", ServerName("test.example"))
        .as_bytes()
        .partition(b"\r\n\r\n")
    )
    assert head == plain
    assert all(len(line) <= 78 and not line.startswith(b".") for line in body.split(b"\r\n"))


@pytest.mark.parametrize("subject", ["A decision about your account", "关于您账号的一项决定"])
def test_a_subject_in_any_language_is_ascii_on_the_wire(subject: str) -> None:
    letter = msgspec.structs.replace(LETTER, subject=subject, lang="zh")
    message = rules_mail.message_of(letter, "a@b.example", ServerName("test.example"))
    assert message.as_bytes().isascii()
    assert message["Subject"] == subject


def test_a_receipt_is_one_short_line() -> None:
    assert rules_mail.receipt_of(250, b"2.0.0 Ok:\r\n queued") == "250 2.0.0 Ok: queued"
    assert rules_mail.receipt_of(250, b"\x1b[31m\xff\x00") == "250 ?[31m??"
    assert len(rules_mail.receipt_of(250, b"x" * 10_000)) == rules_mail.RECEIPT_CHARS_MAX
