"""matrix-js-sdk and matrix-nio with each other: two implementations of everything end to end.

They cannot compare emoji with each other. matrix-nio 0.26 knows no request, writes the commitment in hex
instead of base64, and gives what hkdf-hmac-sha256.v2 computes the name hkdf-hmac-sha256; so each refuses
what the other sends, whatever the server does. Each compares them with itself.
"""

from __future__ import annotations

import pytest

from tests.clients.conftest import People
from tests.clients.conversation import (
    direct_room,
    exchange_photos,
    group_talk,
    show_faces,
    talk,
)
from tests.clients.js_person import JsProcess
from tests.clients.person import Person

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("founder", ["js", "nio"])
async def test_two_people_hold_an_encrypted_conversation(
    js: JsProcess, people: People, founder: str
) -> None:
    on_js, on_nio = await people.js(js, "jane"), await people.nio("nina")
    await on_js.bootstrap()
    alice: Person = on_js if founder == "js" else on_nio
    bob: Person = on_nio if founder == "js" else on_js

    room = await direct_room(alice, bob)
    await talk(alice, bob, room)
    await exchange_photos(alice, bob, room)
    await show_faces(alice, bob)


async def test_a_mixed_encrypted_group(js: JsProcess, people: People) -> None:
    await group_talk(
        [
            await people.nio("nina"),
            await people.js(js, "jane"),
            await people.nio("nora"),
            await people.js(js, "jill"),
        ]
    )
