"""A merchant's endpoints, through HTTP."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.wallet.webhooks.courier import Courier
from courtyard.wallet.webhooks.model import ENDPOINTS_MAX, ROUNDS_MAX
from tests.api import User
from tests.fakes import FakeClock
from tests.wallet.bank import Bank, refused
from tests.wallet.hooks import KINDS, Hook, look, tell
from tests.wallet.receiver import Receiver, say
from tests.wallet.shop import Shop

URL = "https://127.0.0.1:9/hook"
"""Nobody is there."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, webhooks_to_private_addresses="on")


@pytest.fixture
async def shop(bank: Bank, alice: User) -> Shop:
    return await Shop.open(alice)


@pytest.fixture
async def hook(shop: Shop) -> Hook:
    return await Hook.open(shop, URL)


async def test_an_endpoint_shows_its_secret_once(shop: Shop) -> None:
    path = f"{shop.path}/webhooks"
    made = (await shop.server.post(path, {"url": URL, "kinds": KINDS})).ok()

    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made["id"].startswith("we_")
    assert (made["url"], made["kinds"], made["state"]) == (URL, KINDS, "enabled")
    for who in (shop.server, shop.owner):
        assert (await who.get(path)).ok() == {"webhooks": [made]}


async def test_the_secret_is_sealed_at_rest(server: Server, hook: Hook) -> None:
    rows = server.db._inline.execute("SELECT sealed FROM wallet_webhook_secrets").fetchall()

    assert len(rows) == 1
    assert msgspec.json.encode(hook.secret)[7:-1] not in rows[0][0]


@pytest.mark.parametrize(
    "body, code",
    [
        ({"kinds": KINDS}, "BAD_URL"),
        ({"url": "http://shop.example/", "kinds": KINDS}, "BAD_URL"),
        ({"url": "https://shop.example/\r\nX-Y: z", "kinds": KINDS}, "BAD_URL"),
        ({"url": URL}, "BAD_KINDS"),
        ({"url": URL, "kinds": []}, "BAD_KINDS"),
        ({"url": URL, "kinds": ["order.payed"]}, "BAD_KINDS"),
        ({"url": "x", "kinds": []}, "BAD_URL"),
    ],
)
async def test_what_is_no_endpoint_is_refused_and_writes_nothing(
    server: Server, shop: Shop, body: dict[str, Any], code: str
) -> None:
    path = f"{shop.path}/webhooks"
    before = server.db._inline.execute("SELECT COUNT(*) FROM wallet_webhooks").fetchone()

    refused(await shop.server.post(path, body), 400, code)

    assert server.db._inline.execute("SELECT COUNT(*) FROM wallet_webhooks").fetchone() == before
    (await shop.server.post(path, {"url": URL, "kinds": KINDS})).ok()


async def test_a_merchant_has_five_endpoints_each_at_its_own_address(
    shop: Shop, hook: Hook
) -> None:
    path = f"{shop.path}/webhooks"
    again = await shop.server.post(path, {"url": URL, "kinds": KINDS})
    refused(again, 409, "ENDPOINT_EXISTS")
    assert again.body["org.courtyard.id"] == hook.id
    for n in range(1, ENDPOINTS_MAX):
        await Hook.open(shop, f"{URL}/{n}")

    one_more = {"url": f"{URL}/more", "kinds": KINDS}

    refused(await shop.server.post(path, one_more), 409, "TOO_MANY_ENDPOINTS")


async def test_an_endpoint_can_be_changed(shop: Shop, hook: Hook) -> None:
    async def change(body: dict[str, Any]) -> Any:
        return await shop.owner.put(hook.path, body)

    assert (await change({"kinds": ["order.paid"]})).ok()["kinds"] == ["order.paid"]
    changed = (await change({"url": f"{URL}/new"})).ok()
    assert (changed["url"], changed["kinds"]) == (f"{URL}/new", ["order.paid"])
    assert (await change({})).ok() == changed
    other = await Hook.open(shop, URL)
    refused(await change({"url": URL}), 409, "ENDPOINT_EXISTS")
    refused(await change({"url": None}), 400, "BAD_URL")
    refused(await change({"kinds": None}), 400, "BAD_KINDS")
    assert other.id != hook.id


async def test_who_does_not_belong_to_the_shop_learns_nothing(
    shop: Shop, hook: Hook, bob: User
) -> None:
    other = await Shop.open(bob)
    till = await shop.till("till")
    for path in (hook.path + "/deliveries", shop.path + "/webhooks"):
        assert (await bob.get(path)).status == 404
        assert (await other.server.get(path)).status == 404
        refused(await till.get(path), 403, "SCOPE")
        (await shop.owner.get(path)).ok()
    # The right merchant, somebody else's endpoint.
    for verb in ("rotate", "enable", "disable", "test", "deliveries/1/replay"):
        assert (await other.server.post(f"{other.path}/webhooks/{hook.id}/{verb}")).status == 404
        assert (await bob.post(f"{hook.path}/{verb}")).status == 404


async def test_a_closed_shop_opens_no_endpoint(shop: Shop) -> None:
    (await shop.owner.post(f"{shop.path}/close")).ok()

    answer = await shop.owner.post(f"{shop.path}/webhooks", {"url": URL, "kinds": KINDS})

    refused(answer, 409, "MERCHANT_CLOSED")


async def test_only_what_was_wanted_then_is_told(server: Server, shop: Shop, hook: Hook) -> None:
    await server.world.memory(Courier).stop()
    refunds = await Hook.open(shop, f"{URL}/refunds", ["refund.done"])
    await tell(server, shop, "o_1", 1)
    await tell(server, shop, "o_1", 2, "refund.done")
    (await hook.act("disable")).ok()
    await tell(server, shop, "o_1", 3, "refund.done")
    (await hook.act("enable")).ok()
    late = await Hook.open(shop, f"{URL}/late")

    def told(listed: list[dict[str, Any]]) -> list[int]:
        return [one["version"] for one in listed]

    assert told(await hook.deliveries()) == [2, 1]
    assert told(await refunds.deliveries()) == [3, 2]
    assert told(await late.deliveries()) == []


async def test_deliveries_come_in_pages(server: Server, shop: Shop, hook: Hook) -> None:
    await server.world.memory(Courier).stop()
    for n in range(5):
        await tell(server, shop, f"o_{n}")
    seen, start = [], None
    while True:
        params = {"limit": 2} | ({"start": start} if start else {})
        page = (await shop.server.get(f"{hook.path}/deliveries", **params)).ok()
        seen += [one["number"] for one in page["deliveries"]]
        start = page.get("next")
        if start is None:
            break

    assert seen == [5, 4, 3, 2, 1]
    assert (await shop.server.get(f"{hook.path}/deliveries", limit="x")).status == 400


async def test_a_message_is_sent_again_when_it_has_ended(
    server: Server, clock: FakeClock, shop: Shop
) -> None:
    receiver = await Receiver().start()
    hook = await Hook.open(shop, receiver.url)
    receiver.answers = [say(500)]
    await tell(server, shop, "o_1")
    await hook.until(1, "queued", 1)
    refused(await hook.replay(1), 409, "NOT_ENDED")
    for number in ("2", "0", "-1", "x", "9" * 15, "9" * 30):
        assert (await hook.replay(number)).status == 404
    clock.advance(15_000)
    look(server)
    await hook.until(1, "delivered", 2)

    for n in range(1, ROUNDS_MAX + 1):
        assert (await hook.replay(1)).ok()["round"] == n
        await hook.until(n + 1, "delivered", 1)

    refused(await hook.replay(1), 409, "TOO_MANY_ROUNDS")
    assert len({taken.id for taken in receiver.taken}) == 1
    await receiver.stop()


async def test_a_merchant_tries_its_endpoint_out(shop: Shop) -> None:
    receiver = await Receiver().start()
    hook = await Hook.open(shop, receiver.url, ["refund.done"])
    first = (await hook.act("test")).ok()
    second = (await hook.act("test")).ok()

    assert (first["kind"], first["version"], second["version"]) == ("webhook.test", 1, 2)
    await hook.until(2, "delivered", 1)
    assert [taken.data["type"] for taken in receiver.taken] == ["webhook.test"] * 2
    await receiver.stop()


async def test_tests_and_replays_have_a_limit(server: Server, hook: Hook) -> None:
    server.world.settings = msgspec.structs.replace(server.world.settings, rate_limits="on")
    await server.world.memory(Courier).stop()
    statuses = [(await hook.act("test")).status for _ in range(25)]

    assert statuses[:20] == [200] * 20
    assert 429 in statuses[20:]


async def test_a_switch_is_told_twice_and_does_it_once(hook: Hook) -> None:
    for verb, state, reason in (("disable", "disabled", "owner"), ("enable", "enabled", "")):
        for _ in range(2):
            shown = (await hook.act(verb)).ok()
            assert (shown["state"], shown["reason"]) == (state, reason)
