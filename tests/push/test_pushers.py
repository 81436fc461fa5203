import pytest

from courtyard.base.errors import TooLargeError
from courtyard.base.ids import DeviceId, UserId
from courtyard.push import pushers
from courtyard.push.forget import forget_account
from courtyard.push.model import Pusher
from courtyard.push.rules_pushers import PusherKey
from courtyard.storage.database import Database

ALICE, BOB = UserId("@alice:test.example"), UserId("@bob:test.example")
PHONE, TABLET = DeviceId("PHONE"), DeviceId("TABLET")


def pusher(pushkey: str = "key", lang: str = "en") -> Pusher:
    return Pusher(
        pushkey=pushkey,
        kind="http",
        app_id="app",
        app_display_name="App",
        device_display_name="Phone",
        lang=lang,
        data={"url": "https://push.example.org/_matrix/push/v1/notify", "x": {"y": [1]}},
    )


async def test_setting_replaces_the_pusher_with_the_same_app_and_key(db: Database) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher(), append=False)
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher("other"), append=False)
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher(lang="de"), append=False)

    assert [pusher("other"), pusher(lang="de")] == await db.read(pushers.list_pushers, ALICE)


@pytest.mark.parametrize("append,left", [(False, 0), (True, 1)])
async def test_pushers_of_others_with_the_same_key_go_unless_appended(
    db: Database, append: bool, left: int
) -> None:
    """spec: client-server-api#post_matrixclientv3pushersset."""
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher(), append=False)
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher("other"), append=False)

    await db.write(pushers.set_pusher, BOB, TABLET, pusher(), append=append)

    assert 1 + left == len(await db.read(pushers.list_pushers, ALICE))
    assert [pusher()] == await db.read(pushers.list_pushers, BOB)


async def test_deleting_one_of_a_user_s_leaves_the_rest(db: Database) -> None:
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher(), append=True)
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher("other"), append=True)
    await db.write(pushers.set_pusher, BOB, TABLET, pusher(), append=True)

    await db.write(pushers.delete_pusher, ALICE, PusherKey("app", "key"))
    await db.write(pushers.delete_pusher, ALICE, PusherKey("app", "never was"))

    assert [pusher("other")] == await db.read(pushers.list_pushers, ALICE)
    assert [pusher()] == await db.read(pushers.list_pushers, BOB)


async def test_pushers_go_with_the_device_and_with_the_account(db: Database) -> None:
    await db.write(pushers.set_pusher, ALICE, PHONE, pusher("a"), append=False)
    await db.write(pushers.set_pusher, ALICE, TABLET, pusher("b"), append=False)

    await db.write(pushers.forget_device, ALICE, PHONE)
    assert [pusher("b")] == await db.read(pushers.list_pushers, ALICE)

    await db.write(forget_account, ALICE, erase=True)
    assert [] == await db.read(pushers.list_pushers, ALICE)


async def test_an_account_has_a_limited_number_of_pushers(db: Database) -> None:
    for number in range(pushers.PUSHERS_MAX):
        await db.write(pushers.set_pusher, ALICE, PHONE, pusher(f"{number}"), append=False)

    with pytest.raises(TooLargeError):
        await db.write(pushers.set_pusher, ALICE, PHONE, pusher("one more"), append=False)

    await db.write(pushers.set_pusher, ALICE, PHONE, pusher("0", "de"), append=False)
