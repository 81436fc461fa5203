"""The laws of mail, over a real database and a real mail server, whatever comes: refusals, broken lines, days, stops, new addresses.

1. What was put into the outbox arrives, or was tried for five days and once more, or its account wants no mail any more.
2. What arrives twice is the same letter, byte for byte.
3. It goes to the address that is confirmed when it is sent, and to no other.
4. It says what was told, and nothing else.
5. A letter has one end, and a receipt if and only if the mail server took it and said so.

A fault is put in for each, and is found.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from courtyard.base.ids import ServerName, UserId
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.conduct import mail, mailing, rules_mail, smtp, store_mail
from courtyard.conduct.model import DecisionId
from courtyard.conduct.model_mail import LETTER_MS, Letter
from courtyard.storage.database import Database
from courtyard.storage.world import World
from tests.conduct.makers import ANA, decision
from tests.conduct.post_office import PostOffice, Received
from tests.fakes import FakeClock

MINUTE, DAY = 60_000, 86_400_000
YES = "250 2.0.0 Ok: queued"

steps = st.lists(
    st.one_of(
        st.just(("decide",)),
        st.just(("stop",)),
        st.just(("forget",)),
        st.tuples(st.just("address"), st.sampled_from(["a@mail.example", "b@mail.example"])),
        st.tuples(st.just("office"), st.sampled_from(["says yes", "says no", "hangs up", "away"])),
        st.tuples(st.just("wait"), st.sampled_from([MINUTE, 7 * MINUTE, DAY, LETTER_MS])),
        st.tuples(st.just("days"), st.integers(1, 6)),
        st.just(("send",)),
    ),
    max_size=25,
)


class Post:
    """One account, its decisions, and everything that may happen to its mail."""

    def __init__(self, folder: Path, office: PostOffice) -> None:
        self.clock = FakeClock()
        self.office = office
        self.path = folder / "courtyard.db"
        self.settings = Settings(
            server_name=ServerName("test.example"),
            smtp_url=f"smtp://127.0.0.1:{office.port}",
            rate_limits="off",
        )
        self.is_away = False
        self.address: str | None = None
        self.numbers = itertools.count(1)
        self.told: dict[str, str] = {}
        """What was told by which letter, of those that somebody should get."""
        self.made_at: dict[str, int] = {}
        self.got: dict[str, list[Received]] = {}
        self.taken: set[str] = set()
        """The letters of which the mail server said that it took them."""
        self.decisions: dict[str, int] = {}
        """Which decision each letter is about."""
        self.tried: dict[str, int] = {}
        """When each letter was tried last."""

    async def run(self, happenings: list[tuple[Any, ...]]) -> None:
        """Let things happen, then let a mail server that works take what is left."""
        self._open()
        await self.office_("says yes")
        await self.address_("a@mail.example")
        for name, *given_ in happenings:
            await getattr(self, f"{name}_")(*given_)
        await self.office_("says yes")
        while (due := await self.db.read(store_mail.next_time)) is not None:
            self.clock.advance(max(due - self.clock.now_ms(), 0))
            await self.send_()
        await self._check_ends()
        await self.db.close()

    # --- what may happen --------------------------------------------------------------------------

    async def decide_(self) -> None:
        number = next(self.numbers)
        text = f"What was told, {number}.\n.\n{'诽' * number}"
        made = msgspec.structs.replace(decision(), id=DecisionId(f"d_{number}"))
        before = {one.id for one in await self.db.read(store_mail.letters_of, ANA)}
        await self.db.write(mail.send, made, "statement", "en", text)
        new = [
            one for one in await self.db.read(store_mail.letters_of, ANA) if one.id not in before
        ]
        assert len(new) == (self.address is not None)
        for letter in new:
            self.told[letter.id] = text
            self.made_at[letter.id] = letter.made_at
            self.decisions[letter.id] = number

    async def address_(self, address: str) -> None:
        """Confirm an address; the letter with the code is not what this is about."""
        mailbox = await self.db.read(store_mail.mailbox, ANA)
        code = mail._code_hash(ANA, "code")
        asked = msgspec.structs.replace(
            mailbox, wanted=address, code_hash=code, asked_at=self.clock.now_ms()
        )
        await self.db.write(store_mail.set_mailbox, asked)
        await self.db.write(mail.confirm, ANA, "co-de")
        self.address = address

    async def forget_(self) -> None:
        for letter in await self.db.read(store_mail.letters_of, ANA):
            del self.told[letter.id]
        await self.db.write(mail.forget_address, ANA)
        self.address = None

    async def stop_(self) -> None:
        """A new process on the same file."""
        await self.db.close()
        self._open()

    async def office_(self, state: str) -> None:
        self.is_away = state == "away"
        self.office.hangs_up = state == "hangs up"
        self.office.said = "451 Not now" if state == "says no" else YES

    async def wait_(self, milliseconds: int) -> None:
        self.clock.advance(milliseconds)

    async def days_(self, count: int) -> None:
        """Days on which the server runs all the time."""
        for _ in range(4 * count):
            self.clock.advance(DAY // 4)
            await self.send_()

    async def send_(self) -> None:
        while True:
            waiting = await self.db.read(store_mail.next_due, self.clock.now_ms())
            before = len(self.office.letters)
            if self.is_away:
                await self.office.close()
            if waiting is not None:
                self.tried[waiting.id] = self.clock.now_ms()
            did = await mailing.work(self.db)
            if self.is_away:
                await self.office.open()
            for received in self.office.letters[before:]:
                self._check(received)
            if not did:
                return

    # --- what must hold ---------------------------------------------------------------------------

    def _check(self, received: Received) -> None:
        id = str(received.message["Message-ID"])[1:].partition("@")[0]
        assert received.recipients == [self.address]
        assert received.message["To"] == self.address
        assert received.text == self.told[id]
        copies = self.got.setdefault(id, [])
        for copy in copies:
            if copy.recipients == received.recipients:
                assert copy.raw == received.raw
        copies.append(received)
        if self.office.said == YES and not self.office.hangs_up:
            assert id not in self.taken
            self.taken.add(id)

    async def _check_ends(self) -> None:
        given_up = {}
        for id, number in self.decisions.items():
            ends = await self.db.read(store_mail.deliveries, DecisionId(f"d_{number}"))
            if id in self.taken:
                assert [one.receipt for one in ends] == [YES]
            elif id in self.told:
                assert [one.receipt for one in ends] == [None]
                given_up[id] = ends[0].at
            else:
                assert ends == []
        for id, at in given_up.items():
            assert at >= self.made_at[id] + LETTER_MS
            assert self.tried[id] >= self.made_at[id] + LETTER_MS

    def _open(self) -> None:
        self.db = Database(self.path, World(self.clock, self.settings), MemoryBus())
        self.db.start()


def hold(migrated: Path, happenings: list[tuple[Any, ...]]) -> None:
    """Hold the laws against one story."""

    async def inside(folder: Path) -> None:
        office = PostOffice()
        await office.open()
        try:
            await Post(folder, office).run(happenings)
        finally:
            await office.close()

    with tempfile.TemporaryDirectory() as name:
        shutil.copy(migrated, Path(name) / "courtyard.db")
        asyncio.run(inside(Path(name)))


@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
@given(happenings=steps)
def test_the_laws_of_mail(migrated: Path, happenings: list[tuple[Any, ...]]) -> None:
    hold(migrated, happenings)


# --- faults ---------------------------------------------------------------------------------------------

Fault = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, Fault] = {}


def fault(put: Fault) -> Fault:
    """Name a fault by its function."""
    FAULTS[put.__name__.strip("_")] = put
    return put


@fault
def _a_refusal_is_the_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        store_mail, "put_off", lambda tx, letter_id, *_: store_mail.delete_letter(tx, letter_id)
    )


@fault
def _five_days_are_one(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules_mail, "LETTER_MS", DAY)


@fault
def _each_attempt_is_a_new_letter(patch: pytest.MonkeyPatch) -> None:
    real = rules_mail.message_of

    def message_of(letter: Letter, *given_: Any) -> Any:
        message = real(letter, *given_)
        message.replace_header("Date", f"{letter.attempts} Jan 2026 00:00:00 +0000")
        return message

    patch.setattr(rules_mail, "message_of", message_of)


@fault
def _what_waits_goes_to_the_old_address(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(store_mail, "set_letter", lambda *_: None)


@fault
def _who_wants_no_mail_gets_what_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(store_mail, "delete_letters", lambda *_: None)


@fault
def _a_letter_is_sent_and_kept(patch: pytest.MonkeyPatch) -> None:
    """As if the outbox were emptied once a day, and not by the end of each letter."""
    real = mailing._end

    def end(tx: Any, letter: Letter, receipt: str | None) -> None:
        real(tx, letter, receipt)
        if receipt is not None and letter.attempts == 0:
            store_mail.add_letter(tx, letter)
            store_mail.put_off(tx, letter.id, 1, tx.now_ms())

    patch.setattr(mailing, "_end", end)


@fault
def _a_refusal_is_taken_for_a_receipt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(smtp, "_accepted", lambda *_: None)


@fault
def _a_mail_tells_more(patch: pytest.MonkeyPatch) -> None:
    real: Any = mail._add

    def add(tx: Any, user_id: UserId, *given_: Any) -> None:
        *others, text = given_
        real(tx, user_id, *others, f"{text}\nYou are {user_id}.")

    patch.setattr(mail, "_add", add)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_laws_find_it(name: str, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[name](monkeypatch)

    @settings(
        max_examples=300,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(happenings=steps)
    def search(happenings: list[tuple[Any, ...]]) -> None:
        hold(migrated, happenings)

    with pytest.raises((AssertionError, sqlite3.IntegrityError)):
        search()
