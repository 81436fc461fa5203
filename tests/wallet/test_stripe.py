"""Stripe as a rail, against a stand-in on this machine: credited once, whatever is told twice, late, wrongly or not at all."""

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.storage.tx import ReadTx
from courtyard.wallet import check
from courtyard.wallet.rails import assign
from courtyard.wallet.rails import check as rails_check
from courtyard.wallet.rails.reconcile import reconcile
from courtyard.wallet.rails.sender import SAFE_MS, Sender, send_all
from tests.api import Answer, Api, User
from tests.fakes import FakeClock
from tests.wallet.bank import WALLET, Bank, balance, refused
from tests.wallet.stripe_stand_in import KEY, WEBHOOK_SECRET, StandIn, signature
from tests.wallet.teller import open_fiat, pay_out, top_up

pytest.importorskip("stripe")


@pytest.fixture
def there() -> Iterator[StandIn]:
    made = StandIn().open()
    yield made
    made.close()


@pytest.fixture
def settings(settings: Settings, there: StandIn) -> Settings:
    return msgspec.structs.replace(
        settings,
        stripe_secret_key=KEY,
        stripe_webhook_secret=WEBHOOK_SECRET,
        stripe_url=there.url,
    )


@pytest.fixture
async def fiat(bank: Bank, server: Server) -> Bank:
    await server.db.write(open_fiat, bank.operators)
    # Payouts are sent when a test says so.
    await server.world.memory(Sender).stop()
    return bank


def wrong(tx: ReadTx) -> list[str]:
    """Return what breaks the laws of the ledger or of the rails."""
    return [*check.violations(tx), *rails_check.violations(tx)]


class Post:
    """Carries the stand-in's messages."""

    def __init__(self, server: Server, api: Api, there: StandIn) -> None:
        self.server, self.api, self.there = server, api, there

    async def bring(self, body: bytes, signed: str) -> Answer:
        return await self.api.request(
            "POST",
            f"{WALLET}/rails/stripe/events",
            content=body,
            headers={"Stripe-Signature": signed, "Content-Type": "application/json"},
        )

    async def tell(self, type: str, about: dict[str, Any]) -> None:
        now_ms = self.server.world.clock.now_ms()
        (await self.bring(*self.there.message(type, about, now_ms))).ok()
        assert await self.server.db.read(wrong) == []


@pytest.fixture
def post(server: Server, api: Api, there: StandIn) -> Post:
    return Post(server, api, there)


async def card(user: User, amount: str, **changes: Any) -> Answer:
    return await top_up(user, amount, rail="stripe", **changes)


async def out(user: User, amount: str, **changes: Any) -> Answer:
    return await pay_out(user, amount, rail="stripe", **{"account": "ba_1"} | changes)


def paid(intent: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return intent | {"amount_received": intent["amount"], "status": "succeeded"} | changes


async def state(user: User, what: str, id: str) -> tuple[str, str | None]:
    shown = (await user.get(f"{WALLET}/{what}/{id}")).ok()
    return shown["state"], shown.get("why")


async def funded(post: Post, user: User, cents: int) -> None:
    made = (await card(user, str(cents))).ok()
    (intent,) = post.there.of(made["id"])
    await post.tell("payment_intent.succeeded", paid(intent))


async def test_a_card_is_credited_once(fiat: Bank, post: Post, alice: User) -> None:
    """Casdoor #4934: paid twice with different bodies."""
    made = (await card(alice, "1250", key="a")).ok()
    (intent,) = post.there.of(made["id"])
    assert made["pay"] == {"client_secret": intent["client_secret"]}
    assert (intent["amount"], intent["currency"]) == (1250, "eur")
    assert (await card(alice, "1250", key="a")).ok()["pay"] == made["pay"]
    assert len(post.there.requests) == 1
    assert await balance(alice) == 0
    await post.tell("payment_intent.created", intent)
    await post.tell("payment_intent.payment_failed", intent)
    assert await state(alice, "topups", made["id"]) == ("sent", None)
    now_ms = post.server.world.clock.now_ms()
    message = post.there.message("payment_intent.succeeded", paid(intent), now_ms)
    for _ in range(3):
        (await post.bring(*message)).ok()
    await post.tell("payment_intent.succeeded", paid(intent, extra="another body"))
    assert await balance(alice) == 1250
    await post.tell("payment_intent.canceled", intent)
    assert await state(alice, "topups", made["id"]) == ("settled", None)
    assert await balance(alice) == 1250


async def test_a_message_that_is_not_stripes(
    fiat: Bank, post: Post, alice: User, clock: FakeClock
) -> None:
    made = (await card(alice, "1250")).ok()
    (intent,) = post.there.of(made["id"])
    now_ms = post.server.world.clock.now_ms()
    body, signed = post.there.message("payment_intent.succeeded", paid(intent), now_ms)
    for wrong in ("", "t=1,v1=x", signature(body, now_ms // 1000, "another secret")):
        refused(await post.bring(body, wrong), 403, "BAD_SIGNATURE")
    refused(await post.bring(body.replace(b"1250", b"9999"), signed), 403, "BAD_SIGNATURE")
    clock.advance(600_000)
    refused(await post.bring(body, signed), 403, "BAD_SIGNATURE")
    assert await balance(alice) == 0
    now = post.server.world.clock.now_ms() // 1000
    for nonsense in (
        b"",
        b"[]",
        b"{}",
        b'{"type": 5}',
        b"\xff",
        b'{"type":"payout.paid","data":{}}',
    ):
        answer = await post.bring(nonsense, signature(nonsense, now))
        assert (answer.status, answer.errcode) == (400, "M_BAD_JSON"), nonsense
    large = b" " * 300_000
    assert (await post.bring(large, signature(large, now))).status == 413


async def test_another_sum_waits_for_an_operator(fiat: Bank, post: Post, alice: User) -> None:
    made = (await card(alice, "1250")).ok()
    (intent,) = post.there.of(made["id"])
    for _ in range(2):
        await post.tell("payment_intent.succeeded", paid(intent, amount_received=1249))
    assert await balance(alice) == 0
    (line,) = await post.server.db.read(assign.unmatched)
    assert (line.rail, line.line, line.amount, line.why) == ("stripe", "pi_1", 1249, "other_amount")
    stranger = paid(intent, id="pi_99", metadata={}, amount_received=5)
    await post.tell("payment_intent.succeeded", stranger)
    await post.tell("payment_intent.succeeded", stranger | {"id": "pi_98", "currency": "usd"})
    assert len(await post.server.db.read(assign.unmatched)) == 2
    first, second = fiat.operators
    proposed = await post.server.db.write(assign.propose, first, "stripe", "pi_1", alice.id)
    await post.server.db.write(assign.approve, second, proposed.id)
    assert await balance(alice) == 1249


@pytest.mark.parametrize("way", ["breaks", "down"])
async def test_the_line_breaks_after_the_request(
    fiat: Bank, post: Post, alice: User, way: str
) -> None:
    """The same key goes on where it stopped: there is one payment over there, and one here."""
    setattr(post.there, way, 1)
    assert (await card(alice, "1250", key="a")).ok()["pay"] == {}
    made = (await card(alice, "1250", key="a")).ok()
    assert len(post.there.objects) == 1
    assert len({key for _, key in post.there.requests}) == 1
    (intent,) = post.there.of(made["id"])
    await post.tell("payment_intent.succeeded", paid(intent))
    assert await balance(alice) == 1250


async def test_stripe_tells_before_it_answers(fiat: Bank, post: Post, alice: User) -> None:
    """Out of order: the message that it was paid is here before the answer to the request."""
    post.there.breaks = 1
    assert (await card(alice, "1250", key="a")).ok()["pay"] == {}
    (intent,) = post.there.objects.values()
    await post.tell("payment_intent.succeeded", paid(intent))
    assert await balance(alice) == 1250
    made = (await card(alice, "1250", key="a")).ok()
    assert (await state(alice, "topups", made["id"]))[0] == "settled"
    await post.tell("payment_intent.succeeded", paid(intent))
    assert await balance(alice) == 1250
    # A second one with our name is not ours.
    await post.tell("payment_intent.succeeded", paid(intent, id="pi_77"))
    assert await balance(alice) == 1250


async def test_a_canceled_top_up_is_over(fiat: Bank, post: Post, alice: User) -> None:
    made = (await card(alice, "1250")).ok()
    (intent,) = post.there.of(made["id"])
    await post.tell("payment_intent.canceled", intent)
    assert await state(alice, "topups", made["id"]) == ("failed", "canceled")
    await post.tell("payment_intent.succeeded", paid(intent))
    assert await balance(alice) == 0
    (line,) = await post.server.db.read(assign.unmatched)
    assert line.why == "paid_before"


async def test_a_payout_is_sent_once_and_arrives(fiat: Bank, post: Post, alice: User) -> None:
    await funded(post, alice, 5000)
    made = (await out(alice, "1999")).ok()
    assert (made["state"], made["to"]["account"]) == ("created", "ba_1")
    assert await balance(alice) == 3001
    post.there.breaks = 1
    await send_all(post.server.db)
    assert (await state(alice, "payouts", made["id"]))[0] == "created"
    await send_all(post.server.db)
    await send_all(post.server.db)
    assert (await state(alice, "payouts", made["id"]))[0] == "sent"
    (payout,) = post.there.of(made["id"])
    assert payout["amount"] == 1999
    await post.tell("payout.paid", payout | {"amount": 1998})
    assert (await state(alice, "payouts", made["id"]))[0] == "sent"
    for _ in range(2):
        await post.tell("payout.paid", payout)
    assert await state(alice, "payouts", made["id"]) == ("settled", None)
    assert await balance(alice) == 3001


@pytest.mark.parametrize(
    "order", [["failed"], ["paid", "failed"], ["failed", "paid"], ["canceled"]]
)
async def test_a_payout_that_fails_comes_back_once(
    fiat: Bank, post: Post, alice: User, order: list[str]
) -> None:
    await funded(post, alice, 5000)
    made = (await out(alice, "1999")).ok()
    await send_all(post.server.db)
    (payout,) = post.there.of(made["id"])
    for type in order * 2:
        await post.tell(f"payout.{type}", payout | {"failure_code": "account_closed"})
    ended, why = await state(alice, "payouts", made["id"])
    assert (ended, why) == ("returned" if order[0] == "paid" else "failed", "account_closed")
    assert await balance(alice) == 5000


async def test_a_payout_told_of_before_it_was_answered(fiat: Bank, post: Post, alice: User) -> None:
    await funded(post, alice, 5000)
    made = (await out(alice, "1999")).ok()
    post.there.breaks = 1
    await send_all(post.server.db)
    (payout,) = post.there.of(made["id"])
    await post.tell("payout.paid", payout)
    await send_all(post.server.db)
    assert await state(alice, "payouts", made["id"]) == ("settled", None)
    assert len(post.there.of(made["id"])) == 1


async def test_a_payout_that_is_refused_comes_back(fiat: Bank, post: Post, alice: User) -> None:
    await funded(post, alice, 5000)
    post.there.refuses = "balance_insufficient"
    made = (await out(alice, "1999")).ok()
    await send_all(post.server.db)
    assert await state(alice, "payouts", made["id"]) == ("failed", "balance_insufficient")
    assert await balance(alice) == 5000


async def test_an_old_payout_is_not_sent_again(
    fiat: Bank, post: Post, alice: User, clock: FakeClock
) -> None:
    """Stripe forgets keys after a day: a second try then could be a second payment. Reconciliation names it."""
    await funded(post, alice, 5000)
    made = (await out(alice, "1999")).ok()
    post.there.breaks = 1
    await send_all(post.server.db)
    asked = len(post.there.requests)
    clock.advance(SAFE_MS + 1_000)
    await send_all(post.server.db)
    assert len(post.there.requests) == asked
    alarms = (await post.server.db.read(reconcile)).alarms
    assert [made["id"] in alarm for alarm in alarms] == [True]


async def test_the_server_sends_payouts_by_itself(fiat: Bank, post: Post, alice: User) -> None:
    await funded(post, alice, 5000)
    post.there.asked.clear()
    await post.server.world.memory(Sender).start(post.server.db)
    made = (await out(alice, "1999")).ok()

    assert await asyncio.to_thread(post.there.asked.wait, 20)
    # A stop lets the answer that is under way come in.
    await post.server.world.memory(Sender).stop()

    assert (await state(alice, "payouts", made["id"]))[0] == "sent"


async def test_without_a_secret_nothing_is_taken(fiat: Bank, post: Post, alice: User) -> None:
    made = (await card(alice, "1250")).ok()
    (intent,) = post.there.of(made["id"])
    world = post.server.world
    world.settings = msgspec.structs.replace(world.settings, stripe_webhook_secret="")
    body, _ = post.there.message("payment_intent.succeeded", paid(intent), world.clock.now_ms())
    signed = signature(body, world.clock.now_ms() // 1000, "")
    refused(await post.bring(body, signed), 403, "BAD_SIGNATURE")
    assert await balance(alice) == 0
