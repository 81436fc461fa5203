"""A bank, and a room in which three people are."""

import pytest

from courtyard.app.wiring import Server
from tests.api import Api, User
from tests.wallet.bank import Bank


@pytest.fixture
async def bank(server: Server, api: Api) -> Bank:
    """A currency, and operators who make money."""
    return await Bank(server).open(api)


@pytest.fixture
async def room(alice: User, bob: User, carol: User) -> str:
    """A room with three members."""
    room_id = await alice.create_room(preset="public_chat")
    for user in (bob, carol):
        (await user.join(room_id)).ok()
    return room_id
