"""A passkey in a real browser: Chromium makes it on this server's own origin, and it signs exactly one payment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from tests.api import Api, User
from tests.browser import chromium
from tests.fakes import FakeClock
from tests.pages.serving import served
from tests.ports import free_port
from tests.wallet.bank import WALLET, Bank, balances, offer, refused
from tests.wallet.keychain import ask, auth_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CREATE = """async options => (await navigator.credentials.create(
    {publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)})).toJSON()"""
GET = """async options => (await navigator.credentials.get(
    {publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)})).toJSON()"""


@pytest.fixture
async def server(settings: Settings, clock: FakeClock) -> AsyncIterator[Server]:
    """A server at an address of which a browser makes passkeys: `localhost` needs no certificate."""
    there = msgspec.structs.replace(settings, public_base_url=f"http://localhost:{free_port()}")
    made = Server(there, clock)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def page(server: Server) -> AsyncIterator[Any]:
    """A page of the server, in a browser with an authenticator of its own."""
    port = int(server.settings.public_base_url.rpartition(":")[2])
    async with served(server, port), chromium() as browser:
        made = await browser.new_page()
        await made.goto(f"{server.settings.public_base_url}/transparency")
        session = await made.context.new_cdp_session(made)
        await session.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        await session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        yield made


async def test_a_payment_is_proven_in_a_browser(
    server: Server, api: Api, page: Any, alice: User, bob: User
) -> None:
    bank = await Bank(server).open(api)
    await bank.give(alice, 100_000)
    room = await alice.create_room(preset="public_chat")
    (await bob.join(room)).ok()
    begun = (await alice.post(f"{WALLET}/passkeys/options", {})).ok()
    credential = await page.evaluate(CREATE, begun["options"])
    body = {"enrolment": begun["enrolment"], "credential": credential, "name": "browser"}
    (await alice.post(f"{WALLET}/passkeys", body | {"auth": auth_of(alice)})).ok()

    made = (await ask(alice, "transfer", bob.id, "4000")).ok()
    other = (await ask(alice, "transfer", bob.id, "9000")).ok()
    signed = {"method": "passkey", "credential": await page.evaluate(GET, made["passkey"])}
    # What was signed is this payment and no other one.
    elsewhere = await alice.post(f"{WALLET}/proofs/{other['id']}/answer", signed)
    refused(elsewhere, 403, "WRONG_PROOF")
    (await alice.post(f"{WALLET}/proofs/{made['id']}/answer", signed)).ok()
    (await offer(alice, bob, room, "4000", key=made["key"], proof=made["id"])).ok()

    assert await balances(alice) == [96_000]
