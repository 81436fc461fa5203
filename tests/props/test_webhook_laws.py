"""Webhooks against a model of them: each message reaches each endpoint that wanted it, in order, at the times that the table says.

The verbs run on a real database; what the courier does, the machine does: it takes what is due and notes what came of it. Time is moved to
the moment when something is due, a millisecond before it, and a millisecond after.
"""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from courtyard.storage.sealing_key import Vault
from courtyard.wallet.model import MerchantId
from courtyard.wallet.webhooks import check, deliveries, endpoints, history, store
from courtyard.wallet.webhooks.model import ENDPOINTS_MAX, ROUNDS_MAX, SECRETS_MAX, EndpointId
from courtyard.wallet.webhooks.queue import queue
from tests.props.machine import EXAMPLES, Machine, Steps

SHOPS = (MerchantId("mch_a"), MerchantId("mch_b"))
SHOP = st.sampled_from([SHOPS[0]] * 4 + [SHOPS[1]])
REFS = ("o_1", "o_2", "o_3")
PAID, REFUND = "order.paid", "refund.done"
WANTED = ((PAID, REFUND), (REFUND,))
WAITS = [
    15_000, 15_000, 30_000, 180_000, 600_000, 1_200_000, 1_800_000, 1_800_000, 1_800_000, 3_600_000,
    10_800_000, 10_800_000, 10_800_000, 21_600_000, 21_600_000,
]  # fmt: skip
"""As the reference has them; the code has its own."""
DAY = 24 * 3_600_000
TABLES = ("wallet_webhooks", "wallet_webhook_messages", "wallet_webhook_deliveries")


@dataclass
class Sent:
    """A delivery as the model knows it."""

    kind: str
    ref: str
    version: int
    round: int
    state: str
    next_at: int | None
    attempts: int = 0
    ended_at: int | None = None


@dataclass
class Place:
    """An endpoint as the model knows it."""

    id: EndpointId
    shop: MerchantId
    kinds: tuple[str, ...]
    is_on: bool = True
    tests: int = 0
    sent: list[Sent] = field(default_factory=list)
    old_secrets: list[int] = field(default_factory=list)

    def open(self, ref: str) -> list[Sent]:
        return [one for one in self.sent if one.ref == ref and one.ended_at is None]

    def add(self, kind: str, ref: str, version: int, round: int, now: int) -> None:
        is_behind = bool(self.open(ref))
        state, at = ("waiting", None) if is_behind else ("queued", now)
        self.sent.append(Sent(kind, ref, version, round, state, at))


STEPS = Steps()
step = STEPS.step
WHICH = st.sampled_from([0, 0, 1, 2, 3])


class Laws(Machine):
    """Merchants with endpoints, and news for them."""

    steps = STEPS
    often = ("deliver", "deliver", "tell", "wait")
    tables = TABLES

    @classmethod
    def found(cls, patch: pytest.MonkeyPatch) -> None:
        """Take chance of the server's own away: it would make each run another one."""
        numbers = iter(range(10**9))
        patch.setattr(secrets, "token_bytes", lambda n: next(numbers).to_bytes(n, "big"))
        super().found(patch)

    def __init__(self) -> None:
        """Begin with an endpoint that wants everything."""
        super().__init__()
        self.desk.world.memory(Vault).open(self.folder)
        self.places: list[Place] = []
        self.versions: Counter[tuple[MerchantId, str]] = Counter()
        self.make(SHOPS[0], WANTED[0], 0)

    def place(self, which: int) -> Place:
        return self.places[which % len(self.places)]

    # --- what merchants do ------------------------------------------------------------------------

    @step(shop=SHOP, kinds=st.sampled_from(WANTED), number=st.integers(0, 6))
    def make(self, shop: MerchantId, kinds: tuple[str, ...], number: int) -> None:
        url = f"https://shop.example/{number}"
        mine = [place for place in self.places if place.shop == shop]
        expected = "ok"
        if any(store_url(self, place) == url for place in mine):
            expected = "wallet.endpoint_exists"
        elif len(mine) == ENDPOINTS_MAX:
            expected = "wallet.too_many_endpoints"
        made = self.do("make", expected, lambda: self.desk.write(endpoints.make, shop, url, kinds))
        if made:
            self.places.append(Place(EndpointId(made["id"]), shop, kinds))

    @step(shop=SHOP, sure=st.sampled_from([True, False, False]))
    def make_too_many(self, shop: MerchantId, sure: bool) -> None:
        """Now and then, as many as there can be and one more."""
        for number in range(ENDPOINTS_MAX + 1) if sure else ():
            self.make(shop, WANTED[1], number)

    @step(which=WHICH, on=st.sampled_from([True, True, True, False]))
    def switch(self, which: int, on: bool) -> None:
        place = self.place(which)
        self.do("switch", "ok", lambda: self.desk.write(endpoints.switch, place.shop, place.id, on=on))  # fmt: skip
        place.is_on = on

    @step(which=WHICH)
    def rotate(self, which: int) -> None:
        place = self.place(which)
        place.old_secrets = [until for until in place.old_secrets if until > self.now]
        is_full = len(place.old_secrets) + 1 == SECRETS_MAX
        expected = "wallet.too_many_secrets" if is_full else "ok"
        self.do("rotate", expected, lambda: self.desk.write(endpoints.rotate, place.shop, place.id))
        if expected == "ok":
            place.old_secrets.append(self.now + DAY)

    @step(which=WHICH)
    def try_out(self, which: int) -> None:
        place = self.place(which)
        self.do("test", "ok", lambda: self.desk.write(history.try_out, place.shop, place.id))
        place.tests += 1
        place.add("webhook.test", place.id, place.tests, 0, self.now)

    @step(which=WHICH, number=st.sampled_from([1, 1, 2, 3, -1]), shop=st.sampled_from([None] * 6 + list(SHOPS)))  # fmt: skip
    def replay(self, which: int, number: int, shop: MerchantId | None) -> None:
        place = self.place(which)
        if number < 0:
            number = len(place.sent)
        asking = shop or place.shop
        expected = "ok"
        old = place.sent[number - 1] if 1 <= number <= len(place.sent) else None
        same = [
            one for one in place.sent if old and (one.ref, one.version) == (old.ref, old.version)
        ]
        if asking != place.shop or old is None:
            expected = "not_found"
        elif any(one.ended_at is None for one in same):
            expected = "wallet.not_ended"
        elif same[-1].round == ROUNDS_MAX:
            expected = "wallet.too_many_rounds"
        self.do(
            "replay", expected, lambda: self.desk.write(history.replay, asking, place.id, number)
        )
        if expected == "ok":
            assert old is not None
            place.add(old.kind, old.ref, old.version, same[-1].round + 1, self.now)

    # --- what is told -----------------------------------------------------------------------------

    @step(shop=SHOP, kind=st.sampled_from([PAID, REFUND]), ref=st.sampled_from(REFS), skip=st.sampled_from([1, 1, 2]))  # fmt: skip
    def tell(self, shop: MerchantId, kind: str, ref: str, skip: int) -> None:
        self.versions[shop, ref] += skip
        version = self.versions[shop, ref]
        self.do("tell", "ok", lambda: self.desk.write(queue, shop, kind, ref, version, {}))
        for place in self.places:
            if place.shop == shop and place.is_on and kind in place.kinds:
                place.add(kind, ref, version, 0, self.now)

    @step(which=WHICH, status=st.sampled_from([200, 204, 500, 500, 0, 302, 410]), twice=st.sampled_from([False] * 4 + [True]))  # fmt: skip
    def deliver(self, which: int, status: int, twice: bool) -> None:
        """Try what is due for longest, as the courier does."""
        times = self.desk.read(store.next_times)
        assert times == {
            place.id: min(one.next_at for one in place.sent if one.next_at is not None)
            for place in self.places
            if place.is_on and any(one.next_at is not None for one in place.sent)
        }
        place = self.place(which)
        due = self.desk.read(store.due, place.id, self.now, 10)
        mine = [
            (n, one) for n, one in enumerate(place.sent, 1)
            if one.next_at is not None and one.next_at <= self.now
        ]  # fmt: skip
        mine.sort(key=lambda pair: (pair[1].next_at, pair[0]))
        assert [one.number for one in due] == [n for n, _ in mine][:10]
        if not mine or not place.is_on:
            return
        one = mine[0][1]
        taken = self.desk.write(deliveries.note, due[0], status, "")
        assert taken == (status in (200, 204))
        if twice:
            # Two processes sent it; what the second heard changes nothing.
            self.desk.write(deliveries.note, due[0], 500, "")
        one.attempts += 1
        self.outcomes["deliver", str(status)] += 1
        one.next_at = None
        if taken:
            one.state, one.ended_at = "delivered", self.now
        elif one.attempts == 16:
            one.state, one.ended_at = "dead", self.now
            self.outcomes["deliver", "dead"] += 1
        else:
            one.next_at = self.now + WAITS[one.attempts - 1]
        if one.ended_at is not None and place.open(one.ref):
            after = min(place.open(one.ref), key=lambda one: one.version)
            after.state, after.next_at = "queued", self.now
            self.outcomes["deliver", "its turn"] += 1
        if status == 410:
            place.is_on = False

    @step(which=WHICH)
    def fail_for_long(self, which: int) -> None:
        """Let a server be away for a day."""
        place = self.place(which)
        for _ in range(40):
            ahead = [one.next_at for one in place.sent if one.next_at is not None]
            if not ahead or not place.is_on:
                return
            self.desk.clock.time = max(self.now, min(ahead))
            self.deliver(self.places.index(place), 500, False)

    @step(near=st.sampled_from(["before", "at", "after", "minute"]), which=WHICH)
    def wait(self, near: str, which: int) -> None:
        ahead = sorted(
            one.next_at for place in self.places for one in place.sent
            if one.next_at is not None and one.next_at > self.now
        )  # fmt: skip
        if near == "minute" or not ahead:
            self.desk.clock.time += 60_000
            return
        shift = {"before": -1, "at": 0, "after": 1}[near]
        self.desk.clock.time = max(self.now, ahead[which % len(ahead)] + shift)

    @invariant()
    def each_delivery_is_the_models(self) -> None:
        for place in self.places:
            listed = self.desk.read(store.deliveries, place.id, 10**9, 10**9)
            shown = [
                Sent(
                    self.desk.read(store.message, one.message).kind, one.ref, one.version, one.round,
                    one.state, one.next_at, one.attempts, one.ended_at,
                )
                for one in reversed(listed)
            ]  # fmt: skip
            assert shown == place.sent

    @invariant()
    def first_deliveries_are_in_order(self) -> None:
        for place in self.places:
            for ref in REFS:
                told = [one for one in place.sent if one.ref == ref and one.round == 0]
                for before, after in itertools.pairwise(told):
                    assert before.version < after.version
                    if after.attempts:
                        assert before.ended_at is not None

    @invariant()
    def the_outbox_proves_itself(self) -> None:
        assert list(self.desk.read(check.violations)) == []

    @invariant()
    def as_many_secrets_are_valid_as_should_be(self) -> None:
        for place in self.places:
            valid = 1 + sum(until > self.now for until in place.old_secrets)
            assert len(self.desk.read(deliveries.secrets, place.id)) == valid


def store_url(laws: Laws, place: Place) -> str:
    return laws.desk.read(endpoints.get, place.shop, place.id).url


REACHED = {
    *(("make", code) for code in ("ok", "wallet.endpoint_exists", "wallet.too_many_endpoints")),
    *(("replay", code) for code in ("ok", "not_found", "wallet.not_ended")),
    *(("rotate", code) for code in ("ok", "wallet.too_many_secrets")),
    *(("deliver", code) for code in ("200", "204", "500", "0", "302", "410", "dead", "its turn")),
    *((name, "ok") for name in ("switch", "test", "tell")),
}
"""Each must have been tried, or the laws were held against nothing."""


def test_the_outbox_is_its_model() -> None:
    Laws.stand(60, 60, REACHED)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_outbox_is_its_model_for_long() -> None:
    Laws.run(EXAMPLES, 80, derandomize=False)
