"""Chance spoils honest requests to any endpoint; whatever comes of it, a refusal leaves no row behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courtyard.app.wiring import DATABASE_FILE, Server
from tests.api import Api, User
from tests.doors import Caller, doors
from tests.e2ee.hostile import json_values, spoilt
from tests.honest import Town, build_town
from tests.openapi import SpecValidator
from tests.tables import Tables

IN_TURN = settings(
    max_examples=60,
    deadline=None,
    # One server for all examples on purpose: what one leaves behind must not break the next.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
segments = st.text(max_size=6) | st.sampled_from(
    ["@alice:test.example", "!r:x", "$e", "#a:x", "..", "\0"]
)


@pytest.fixture
async def town(
    server: Server, api: Api, alice: User, bob: User, carol: User
) -> AsyncIterator[Town]:
    """One of each thing; at the end people can still talk."""
    made = await build_town(api, alice, bob, carol)
    yield made
    await made.settle()
    said = await made.alice.say(made.values["room_id"], "still here")
    timeline = (await made.bob.sync())["rooms"]["join"][made.values["room_id"]]["timeline"]
    assert timeline["events"][-1]["event_id"] == said


@IN_TURN
@given(data=st.data())
async def test_a_refusal_leaves_nothing_behind(
    server: Server, town: Town, validator: SpecValidator | None, data: st.DataObject
) -> None:
    caller = Caller(server, validator)
    door = data.draw(st.sampled_from([door for door in doors(server) if door.reads_json]))
    honest = town.honest(door)
    body = town.spoilt(data.draw(spoilt(honest))) if honest else b"{}"
    values = dict(town.values)
    if door.names and data.draw(st.integers(0, 4)) == 0:
        values[data.draw(st.sampled_from(door.names))] = data.draw(segments.filter(bool))
        path = door.path(values)
    else:
        path = town.url(door)

    with Tables(Path(server.settings.data) / DATABASE_FILE) as tables:
        answer = await caller.send(door.method, path, body, token=town.alice.token)
        if answer.status >= 400:
            assert not tables.changes()

    assert not caller.wrong, "\n".join(caller.wrong)
    if answer.status < 400:
        await town.settle()


@IN_TURN
@given(
    filter=st.dictionaries(
        st.sampled_from(["room", "presence", "account_data", "event_fields", "event_format"]),
        json_values
        | st.dictionaries(
            st.sampled_from(["timeline", "state", "rooms", "include_leave", "limit", "types"]),
            json_values
            | st.dictionaries(
                st.sampled_from(
                    ["limit", "types", "not_types", "lazy_load_members", "contains_url"]
                ),
                json_values | st.lists(st.sampled_from(["*", "m.*", "**", "\\", "m.room.*[", ""])),
            ),
        ),
    )
)
async def test_any_filter_is_used_or_refused(
    server: Server, town: Town, validator: SpecValidator | None, filter: dict[str, object]
) -> None:
    caller = Caller(server, validator)
    text = msgspec.json.encode(filter)
    query = "filter=" + "".join(f"%{byte:02x}" for byte in text)
    for path in (
        "/_matrix/client/v3/sync",
        f"/_matrix/client/v3/rooms/{town.values['room_id']}/messages",
    ):
        await caller.send("GET", f"{path}?dir=b&{query}", token=town.alice.token)
    own = f"/_matrix/client/v3/user/{town.alice.id}/filter"
    stored = await caller.send("POST", own, text, token=town.alice.token)
    if stored.status == 200:
        by_id = f"/_matrix/client/v3/sync?filter={stored.body['filter_id']}"
        answer = await caller.send("GET", by_id, token=town.alice.token)
        assert answer.status == 200

    assert not caller.wrong, "\n".join(caller.wrong)
