"""A request that every door accepts, to be spoilt: what is refused then is refused for what was spoilt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import msgspec

from tests.api import PASSWORD, Api, User, q
from tests.archive.archives import EXPORT, request, until
from tests.doors import Door
from tests.e2ee.keys import CrossSigningKeys, DeviceKeys, signed

V3: Final = "/_matrix/client/v3"
CONDUCT: Final = "/_courtyard/conduct/v1"
STAFF: Final = "/_courtyard/staff/v1"
WALLET: Final = "/_courtyard/wallet/v1"
REPORT: Final = {
    "item_type": "account",
    "item_id": "@bob:test.example",
    "item_version": "1",
    "subject": "@bob:test.example",
    "kind": "rule",
    "category": "STATEMENT_CATEGORY_VIOLENCE",
    "explanation": "It threatens me.",
}
MADE: Final[dict[str, dict[str, Any]]] = {
    "webhooks": {"url": "https://shop.example/kept", "kinds": ["order.paid"]},
    "apps": {"name": "Noodle club", "public_key": "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="},
}
SHOP: Final = {"name": "Noodles", "mcc": "5812", "city": "Porto", "country": "PT"}
SESSION_DATA: Final = {"ephemeral": "e", "ciphertext": "c", "mac": "m"}
BACKUP_SESSION: Final = {
    "first_message_index": 1,
    "forwarded_count": 0,
    "is_verified": False,
    "session_data": SESSION_DATA,
}
BACKUP_VERSION: Final = {
    "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
    "auth_data": {"public_key": "k", "signatures": {}},
}
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


UNIQUE: Final = "unique-name"
"""In a path or a body, a name that nobody has taken yet: `Town.body` and `Town.url` count it up."""

QUERIES: Final = {
    "/_matrix/client/v1/media/preview_url": {"url": "https://example.org"},
    "/_matrix/media/v3/preview_url": {"url": "https://example.org"},
    "/_matrix/client/v1/media/thumbnail/{server_name}/{media_id}": {"width": "1", "height": "1"},
    "/_matrix/media/v3/thumbnail/{server_name}/{media_id}": {"width": "1", "height": "1"},
    "/_matrix/client/v1/rooms/{room_id}/timestamp_to_event": {"ts": "1", "dir": "f"},
    "/_matrix/client/v3/rooms/{room_id}/messages": {"dir": "b"},
    "/_matrix/client/v3/keys/changes": {"from": "s0", "to": "s1"},
    "/_matrix/client/v1/mutual_rooms": {"user_id": "@bob:test.example"},
    "/_matrix/federation/v1/openid/userinfo": {"access_token": "t"},
    "/_matrix/client/v3/register/available": {"username": UNIQUE},
    "/_matrix/client/v1/register/m.login.registration_token/validity": {"token": "t"},
    "/_courtyard/wallet/v1/merchants/{merchant_id}/code": {"currency": "LEAF"},
    "/_courtyard/wallet/v1/merchants/{merchant_id}/code.svg": {"currency": "LEAF"},
}
"""Query parameters without which an endpoint only says that they are missing."""


@dataclass
class Town:
    """People, rooms and things that paths can name.

    Attributes:
        values: a value that exists, for each path parameter.
        bodies: a body that is accepted, for each door that has one, by its text.
    """

    alice: User
    bob: User
    carol: User
    values: dict[str, str]
    bodies: dict[str, dict[str, Any]] = field(default_factory=dict)
    taken: Iterator[int] = field(default_factory=itertools.count)

    def query(self, door: Door) -> dict[str, str]:
        """Return the query parameters that an honest client would send here."""
        if "/room_keys/keys" in door.template:
            return {"version": self.values["version"]}
        return QUERIES.get(door.template, {})

    def url(self, door: Door, *, query: str | None = None, **encoded: str) -> str:
        """Fill in a path with things that exist; `encoded` parameters and `query` are taken as they stand."""
        path = door.path(self.values | self._special(door), **encoded)
        if query is None:
            query = urlencode(self.query(door))
        return self._unique(f"{path}?{query}" if query else path)

    def body(self, door: Door) -> bytes:
        """Return what an honest client would send here."""
        return self.spoilt(self.honest(door) or {})

    def honest(self, door: Door) -> dict[str, Any] | None:
        """Return that body before it is encoded, or None when nobody has written one down."""
        # What had a name of its own before it was in the specification may keep it.
        return self.bodies.get(str(door).replace("/client/unstable/", "/client/v3/"))

    def spoilt(self, body: dict[str, Any]) -> bytes:
        """Encode a body, with a name that is free where it wants one."""
        return self._unique(msgspec.json.encode(body).decode()).encode()

    async def settle(self) -> None:
        """Undo what accepted requests may have done."""
        alice, values = self.alice, self.values
        room_id = values["room_id"]
        if (await alice.get("account/whoami")).status != 200:
            again = await alice.api.login(alice.id, device=alice.device_id)
            alice.token = again.token
        await alice.api.login(alice.id, device=values["device_id"])
        (await alice.join(room_id)).ok()
        await alice.post(f"rooms/{q(room_id)}/unban", {"user_id": self.bob.id})
        (await self.bob.join(room_id)).ok()
        await alice.post(f"rooms/{q(room_id)}/kick", {"user_id": self.carol.id})
        for name in ("knock_id", "left_id"):
            await alice.post(f"rooms/{q(values[name])}/leave")
        await alice.put(f"directory/room/{q(values['room_alias'])}", {"room_id": room_id})
        await alice.put(f"profile/{q(alice.id)}/displayname", {"displayname": "Alice"})
        await alice.put(f"user/{q(alice.id)}/rooms/{q(room_id)}/tags/u.work", {"order": 0.5})
        rule = {"pattern": "cake", "actions": ["notify"]}
        await alice.put("pushrules/global/content/mine", rule)
        await self._back_up()
        await self._await_a_file()
        await self._export()
        await self._open_shop()
        self.bodies = _bodies(self)

    async def _await_a_file(self) -> None:
        # Few may wait at once, so the last one gets its bytes, if it has none, before there is another.
        if pending_id := self.values.get("pending_id"):
            path = f"/_matrix/media/v3/upload/test.example/{pending_id}"
            await self.alice.request("PUT", path, content=PNG)
        made = (await self.alice.request("POST", "/_matrix/media/v1/create")).ok()
        self.values["pending_id"] = made["content_uri"].rpartition("/")[2]

    async def _export(self) -> None:
        # The wish itself tells of the one that stands, or takes its place.
        path = f"{EXPORT}/{self.values.get('export_id', 'none')}"
        if (await self.alice.get(path)).body.get("state") not in ("ready", "downloaded"):
            path = await request(self.alice)
        self.values["export_id"] = (await until(self.alice, path, "ready", "downloaded"))["id"]

    async def _open_shop(self) -> None:
        # One that is open, and a key of it; others that were opened on the way are closed.
        kept = self.values.get("merchant_id")
        for shop in (await self.alice.get(f"{WALLET}/merchants")).ok()["merchants"]:
            if shop["id"] == kept and not shop["closed"]:
                break
            if not shop["closed"]:
                (await self.alice.post(f"{WALLET}/merchants/{shop['id']}/close")).ok()
        else:
            body = SHOP | {"key": f"shop{next(self.taken)}"}
            kept = (await self.alice.post(f"{WALLET}/merchants", body)).ok()["id"]
            self.values["merchant_id"] = kept
        path = f"{WALLET}/merchants/{kept}/keys"
        listed = (await self.alice.get(path)).ok()["keys"]
        if not listed:
            (await self.alice.post(path, {"name": "a till", "scope": "till"})).ok()
            listed = (await self.alice.get(path)).ok()["keys"]
        self.values["key_id"] = listed[0]["id"]
        await self._register(f"{WALLET}/merchants/{kept}")

    async def _register(self, shop: str) -> None:
        # An endpoint and an app of the shop; there may be five and ten of them.
        for what, name in (("webhooks", "webhook_id"), ("apps", "app_id")):
            listed = (await self.alice.get(f"{shop}/{what}")).ok()[what]
            there = [one["id"] for one in listed if one.get("ended_at") is None]
            if not there:
                made = (await self.alice.post(f"{shop}/{what}", MADE[what])).ok()
                there = [made["id"]]
            self.values[name] = there[0]

    async def _back_up(self) -> None:
        alice, values = self.alice, self.values
        newest = await alice.get("room_keys/version")
        if newest.status != 200:
            newest = await alice.post("room_keys/version", BACKUP_VERSION)
        values["version"] = newest.ok()["version"]
        kept = {"rooms": {values["room_id"]: {"sessions": {"s": BACKUP_SESSION}}}}
        await alice.put(f"room_keys/keys?version={values['version']}", kept)

    def _special(self, door: Door) -> dict[str, str]:
        """Return path parameters whose meaning depends on the door."""
        if "/pushrules/" in door.template:
            return {"kind": "content", "rule_id": "mine"}
        if "/state/" in door.template:
            return {"event_type": "m.room.topic", "state_key": ""}
        if "/relations/" in door.template:
            return {"event_type": "m.room.message", "rel_type": "m.thread"}
        if door.template.startswith("/_matrix/media/v3/upload/"):
            return {"media_id": self.values["pending_id"]}
        if door.template.endswith("/knock/{room_id_or_alias}"):
            return {"room_id_or_alias": self.values["knock_id"]}
        if door.template.endswith("/forget"):
            return {"room_id": self.values["left_id"]}
        if str(door) == "PUT /_matrix/client/v3/directory/room/{room_alias}":
            return {"room_alias": f"#{UNIQUE}:test.example"}
        return {}

    def _unique(self, text: str) -> str:
        return text.replace(UNIQUE, f"name{next(self.taken)}") if UNIQUE in text else text


async def build_town(api: Api, alice: User, bob: User, carol: User) -> Town:
    """Let two people fill a server with one of each thing."""
    room_id = await alice.create_room(
        preset="public_chat", room_alias_name="square", name="Square", topic="All of it"
    )
    (await bob.join(room_id)).ok()
    event_id = await alice.say(room_id, "hello")
    reply = {
        "msgtype": "m.text",
        "body": "in a thread",
        "m.relates_to": {"rel_type": "m.thread", "event_id": event_id},
    }
    (await alice.send(room_id, reply)).ok()
    knocking = {"type": "m.room.join_rules", "content": {"join_rule": "knock"}}
    knock_id = await bob.create_room(initial_state=[knocking])
    left_id = await bob.create_room(preset="public_chat")
    (await alice.join(left_id)).ok()
    filter_id = (await alice.post(f"user/{q(alice.id)}/filter", {})).ok()["filter_id"]
    (await alice.put(f"user/{q(alice.id)}/account_data/org.example.note", {"a": 1})).ok()
    path = f"user/{q(alice.id)}/rooms/{q(room_id)}"
    (await alice.put(f"{path}/account_data/org.example.note", {"a": 1})).ok()
    up = await alice.request(
        "POST", "/_matrix/media/v3/upload", content=PNG, headers={"Content-Type": "image/png"}
    )
    media_id = up.ok()["content_uri"].rpartition("/")[2]
    keys = DeviceKeys(alice.id, alice.device_id)
    (await alice.post("keys/upload", {"device_keys": keys.device_keys()})).ok()
    town = Town(
        alice,
        bob,
        carol,
        values={
            "room_id": room_id,
            "room_id_or_alias": room_id,
            "room_alias": "#square:test.example",
            "event_id": event_id,
            "user_id": alice.id,
            "device_id": "SPARE",
            "knock_id": knock_id,
            "left_id": left_id,
            "type": "m.room.message",
            "event_type": "m.room.message",
            "receipt_type": "m.read",
            "txn_id": UNIQUE,
            "session_id": "s",
            "filter_id": filter_id,
            "data_type": "org.example.note",
            "tag": "u.work",
            "key_name": "displayname",
            "server_name": "test.example",
            "media_id": media_id,
            "file_name": "a.png",
            "payee": bob.id,
            "number": "1",
            "date": "2020-01-01",
        },
    )
    await town.settle()
    return town


def _bodies(town: Town) -> dict[str, dict[str, Any]]:
    """Return a body for each door that has one. Two doors on the same thing share a line."""
    alice, bob = town.alice, town.bob
    room_id, event_id = town.values["room_id"], town.values["event_id"]
    keys, cross = DeviceKeys(alice.id, alice.device_id), CrossSigningKeys(alice.id)
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.id},
        "password": PASSWORD,
    }
    no_auth = auth | {"password": "not this one"}  # what follows it would end the walk
    mail = {"client_secret": "s", "email": "a@b.example", "send_attempt": 1, "id_server": "x.org"}
    phone = {"client_secret": "s", "country": "GB", "phone_number": "1", "send_attempt": 1}
    target = {"user_id": bob.id, "reason": "because"}
    message = {
        "msgtype": "m.text",
        "body": "hello",
        "format": "org.matrix.custom.html",
        "formatted_body": "<b>hello</b>",
        "m.mentions": {"user_ids": [bob.id], "room": False},
        "m.relates_to": {
            "rel_type": "m.thread",
            "event_id": event_id,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": event_id},
        },
        "m.new_content": {"msgtype": "m.text", "body": "hello"},
        "info": {"w": 1, "h": 1, "size": 3, "mimetype": "image/png", "thumbnail_url": "mxc://a/b"},
        "url": "mxc://test.example/abc",
    }
    event_filter = {
        "limit": 10,
        "types": ["m.*"],
        "not_types": ["m.x"],
        "senders": [alice.id],
        "not_senders": ["@x:y.example"],
    }
    room_filter = event_filter | {
        "rooms": [room_id],
        "not_rooms": ["!x:y.example"],
        "contains_url": False,
        "lazy_load_members": True,
        "include_redundant_members": False,
        "unread_thread_notifications": True,
    }
    client = f"{V3}/rooms/{{room_id}}"
    own = f"{V3}/user/{{user_id}}"
    shop = f"{WALLET}/merchants/{{merchant_id}}"
    given: dict[str, dict[str, Any]] = {
        f"POST {V3}/register": {
            "username": UNIQUE,
            "password": PASSWORD,
            "device_id": "D",
            "initial_device_display_name": "Dora's",
            "inhibit_login": False,
            "refresh_token": True,
            "auth": {"type": "m.login.dummy"},
        },
        "POST /_synapse/admin/v1/register": {
            "nonce": "n",
            "username": "dora",
            "displayname": "Dora",
            "password": PASSWORD,
            "admin": False,
            "user_type": None,
            "mac": "00",
        },
        f"POST {V3}/login": {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": alice.id},
            "password": PASSWORD,
            "device_id": "D",
            "initial_device_display_name": "Another",
            "refresh_token": True,
            "token": "t",
            "user": "alice",
            "medium": "email",
            "address": "a@b.example",
        },
        "POST /_matrix/client/v1/login/get_token": {"auth": auth},
        f"POST {V3}/refresh": {"refresh_token": "cyr_abc"},
        f"POST {V3}/account/password": {
            "new_password": "another " + PASSWORD,
            "logout_devices": True,
            "auth": no_auth,
        },
        f"POST {V3}/account/deactivate": {"auth": no_auth, "erase": False, "id_server": "x.org"},
        f"PUT {V3}/devices/{{device_id}}": {"display_name": "Phone"},
        f"DELETE {V3}/devices/{{device_id}}": {"auth": auth},
        f"POST {V3}/delete_devices": {"devices": [town.values["device_id"]], "auth": auth},
        f"PUT {V3}/profile/{{user_id}}/{{key_name}}": {"displayname": "Alice"},
        f"POST {V3}/account/3pid": {"three_pid_creds": {"client_secret": "s", "sid": "1"}},
        f"POST {V3}/account/3pid/add": {"client_secret": "s", "sid": "1", "auth": auth},
        f"POST {V3}/account/3pid/bind": {
            "client_secret": "s",
            "id_access_token": "t",
            "id_server": "x.org",
            "sid": "1",
        },
        f"POST {V3}/account/3pid/unbind": {"medium": "email", "address": "a@b.example"},
        f"POST {V3}/account/3pid/delete": {"medium": "email", "address": "a@b.example"},
        f"POST {V3}/account/3pid/email/requestToken": mail,
        f"POST {V3}/register/email/requestToken": mail,
        f"POST {V3}/account/password/email/requestToken": mail,
        f"POST {V3}/account/3pid/msisdn/requestToken": phone,
        f"POST {V3}/register/msisdn/requestToken": phone,
        f"POST {V3}/account/password/msisdn/requestToken": phone,
        f"POST {V3}/keys/upload": {
            "device_keys": keys.device_keys(),
            "one_time_keys": keys.one_time_keys("a"),
            "fallback_keys": keys.fallback_keys("f"),
        },
        f"POST {V3}/keys/query": {"device_keys": {alice.id: [alice.device_id]}, "timeout": 1},
        f"POST {V3}/keys/claim": {
            "one_time_keys": {alice.id: {alice.device_id: "signed_curve25519"}},
            "timeout": 1,
        },
        f"POST {V3}/keys/device_signing/upload": cross.upload() | {"auth": auth},
        f"POST {V3}/keys/signatures/upload": {
            alice.id: {
                alice.device_id: signed(
                    keys.device_keys(), alice.id, cross.self_signing.public, cross.self_signing
                )
            }
        },
        f"PUT {V3}/sendToDevice/{{event_type}}/{{txn_id}}": {"messages": {bob.id: {"*": {"a": 1}}}},
        f"POST {V3}/room_keys/version": BACKUP_VERSION,
        f"PUT {V3}/room_keys/version/{{version}}": BACKUP_VERSION
        | {"version": town.values["version"]},
        f"PUT {V3}/room_keys/keys": {"rooms": {room_id: {"sessions": {"s": BACKUP_SESSION}}}},
        f"PUT {V3}/room_keys/keys/{{room_id}}": {"sessions": {"s": BACKUP_SESSION}},
        f"PUT {V3}/room_keys/keys/{{room_id}}/{{session_id}}": BACKUP_SESSION,
        f"PUT {V3}/pushrules/global/{{kind}}/{{rule_id}}": {
            "pattern": "cake",
            "actions": ["notify", {"set_tweak": "sound", "value": "default"}],
            "conditions": [{"kind": "event_match", "key": "content.body", "pattern": "x"}],
        },
        f"PUT {V3}/pushrules/global/{{kind}}/{{rule_id}}/enabled": {"enabled": True},
        f"PUT {V3}/pushrules/global/{{kind}}/{{rule_id}}/actions": {"actions": ["notify"]},
        f"POST {V3}/pushers/set": {
            "kind": "http",
            "app_id": "org.example.app",
            "pushkey": "k",
            "app_display_name": "App",
            "device_display_name": "Phone",
            "profile_tag": "t",
            "lang": "en",
            "append": False,
            "data": {
                "url": "https://push.example/_matrix/push/v1/notify",
                "format": "event_id_only",
            },
        },
        f"POST {V3}/createRoom": {
            "name": "Kitchen",
            "topic": "Food",
            "preset": "private_chat",
            "visibility": "private",
            "room_version": "12",
            "room_alias_name": UNIQUE,
            "is_direct": False,
            "invite": [bob.id],
            "invite_3pid": [],
            "creation_content": {
                "m.federate": False,
                "type": "org.example.kind",
                "additional_creators": [bob.id],
                "predecessor": {"room_id": room_id, "event_id": event_id},
            },
            "initial_state": [
                {
                    "type": "m.room.guest_access",
                    "state_key": "",
                    "content": {"guest_access": "forbidden"},
                }
            ],
            "power_level_content_override": {
                "users_default": 0,
                "events": {"m.room.name": 50},
                "notifications": {"room": 50},
            },
        },
        "POST /_courtyard/livekit/v1/sfu/get": {
            "room": room_id,
            "device_id": alice.device_id,
        },
        f"POST {V3}/io.element.msc4195/rtc/livekit/get_token": {
            "url": "wss://calls.example",
            "room_id": room_id,
            "slot_id": "m.call#ROOM",
            "member_id": "m1",
            "member": {"id": "m1", "claimed_device_id": "D"},
            "server_name": "test.example",
        },
        f"PUT {client}/send/{{type}}/{{txn_id}}": message,
        f"PUT {client}/state/{{event_type}}": {"topic": "New"},
        f"PUT {client}/state/{{event_type}}/{{state_key}}": {"topic": "New"},
        f"POST {client}/send/{{event_type}}": message,
        f"PUT {client}/redact/{{event_id}}/{{txn_id}}": {"reason": "typo"},
        f"POST {client}/redact/{{event_id}}": {"reason": "typo"},
        f"POST {V3}/join/{{room_id_or_alias}}": {
            "reason": "because",
            "third_party_signed": {"sender": "a", "mxid": "b", "token": "c", "signatures": {}},
        },
        f"POST {V3}/rooms/{{room_id_or_alias}}/join": {"reason": "because"},
        f"POST {V3}/knock/{{room_id_or_alias}}": {"reason": "because"},
        f"POST {client}/invite": {"user_id": town.carol.id, "reason": "because"},
        f"POST {client}/leave": {"reason": "because"},
        f"POST {client}/kick": target,
        f"POST {client}/ban": target,
        f"POST {client}/unban": target,
        f"POST {client}/upgrade": {"new_version": "12", "additional_creators": [bob.id]},
        f"POST {client}/report": {"reason": "spam"},
        f"POST {client}/report/{{event_id}}": {"reason": "spam", "score": -1},
        f"POST {V3}/users/{{user_id}}/report": {"reason": "spam"},
        f"POST {CONDUCT}/reports": REPORT | {"disclosed": []},
        f"POST {CONDUCT}/reports/{{report_id}}/complaint": {"text": "Look again."},
        f"POST {CONDUCT}/notices/by-key": {"key": "k", "text": "Look again."},
        f"POST {CONDUCT}/notices": REPORT | {"contact": "a@test.example", "good_faith": True},
        f"POST {CONDUCT}/decisions/{{decision_id}}/appeals": {"text": "No.", "new_evidence": True},
        f"POST {CONDUCT}/appeals/by-key": {"key": "k", "text": "No.", "new_evidence": True},
        f"PUT {CONDUCT}/mail": {"address": "alice@mail.example"},
        f"POST {CONDUCT}/mail/confirm": {"code": "abcd-efgh-jkmn"},
        f"POST {STAFF}/cases/{{case_id}}/propose": {
            "rule": "R3.1",
            "measures": [
                {"type": "feature", "length_ms": 3_600_000, "capabilities": ["feed.like"]}
            ],
            "conduct_at": 1,
            "facts": "You did.",
            "explanation": "It hurts.",
            "lang": "en",
            "note": "Between us.",
            "ground": "incompatible",
            "legal_ground": "",
            "severe": False,
        },
        f"POST {STAFF}/decisions/{{decision_id}}/lift": {"cause": "lifted"},
        f"POST {STAFF}/decisions/{{decision_id}}/vote": {"confirm": True},
        f"POST {STAFF}/appeals/{{appeal_id}}/decide": {
            "outcome": "reduced",
            "reasons": "You are right.",
            "ends_at": 1,
            "capabilities": ["feed.like"],
        },
        f"POST {STAFF}/legal-requests": {
            "authority": "court",
            "authority_name": "A court",
            "country": "DE",
            "legal_basis": "A law",
            "kind": "data",
            "summary": "It asks.",
            "scope": ["DE"],
            "accounts": [bob.id],
            "items": [{"type": "event", "id": "$x"}],
            "gag_until": 1,
            "concerns": "lr_1",
        },
        f"POST {STAFF}/legal-requests/{{legal_id}}/validate": {
            "official": True,
            "items": True,
            "law": True,
        },
        f"POST {STAFF}/legal-requests/{{legal_id}}/comply": {
            "extent": "full",
            "data": ["account"],
            "decisions": ["d_1"],
        },
        f"POST {STAFF}/legal-requests/{{legal_id}}/refuse": {"cause": "invalid"},
        f"POST {STAFF}/legal-requests/{{legal_id}}/publish": {"gag_lifted": True},
        f"POST {WALLET}/transfers": {
            "key": UNIQUE,
            "room_id": room_id,
            "to": bob.id,
            "currency": "LEAF",
            "amount": "1",
        },
        f"POST {WALLET}/packets": {
            "key": UNIQUE,
            "room_id": room_id,
            "currency": "LEAF",
            "amount": "10",
            "count": 2,
            "split": "lucky",
        },
        f"POST {WALLET}/requests": {
            "key": UNIQUE,
            "room_id": room_id,
            "currency": "LEAF",
            "amount": "10",
            "among": [{"user_id": bob.id, "weight": 1}],
            "remind": True,
        },
        f"POST {WALLET}/proofs": {
            "kind": "transfer",
            "payee": town.bob.id,
            "key": UNIQUE,
            "currency": "LEAF",
            "amount": "5",
        },
        f"POST {WALLET}/proofs/{{proof_id}}/answer": {"method": "pin", "pin": "840271"},
        f"PUT {WALLET}/pin": {"pin": "840271", "auth": auth},
        f"POST {WALLET}/passkeys/options": {},
        f"POST {WALLET}/passkeys": {"enrolment": "e_1", "credential": {}, "auth": auth},
        f"POST {WALLET}/passkeys/{{passkey_id}}/forget": {"auth": auth},
        f"PUT {WALLET}/arrival-delay": {"delay_ms": 0},
        f"PUT {WALLET}/payees/{{payee}}": {"key": UNIQUE, "proof": "s_1"},
        f"POST {WALLET}/freeze": {},
        f"POST {WALLET}/unfreeze": {"key": UNIQUE, "proof": "s_1"},
        f"POST {WALLET}/close": {"currency": "LEAF"},
        f"POST {WALLET}/requests/{{request_id}}/pay": {"key": UNIQUE},
        f"POST {WALLET}/merchants": SHOP | {"key": UNIQUE},
        f"POST {shop}/keys": {"name": "a till", "scope": "till"},
        f"POST {shop}/withdraw": {"key": UNIQUE, "currency": "LEAF", "amount": "1"},
        f"POST {shop}/orders": {
            "out_trade_no": UNIQUE,
            "kind": "native",
            "currency": "LEAF",
            "amount": "1",
            "description": "Soup",
            "expires_at": 2**40,
        },
        f"POST {shop}/orders/{{number}}/refunds": {
            "out_refund_no": UNIQUE,
            "amount": "1",
            "reason": "cold",
        },
        f"POST {shop}/webhooks": {
            "url": f"https://shop.example/{UNIQUE}",
            "kinds": ["order.paid", "refund.done"],
        },
        f"PUT {shop}/webhooks/{{webhook_id}}": {"kinds": ["order.paid"]},
        f"POST {shop}/apps": MADE["apps"],
        f"PUT {shop}/apps/{{app_id}}/key": {"public_key": MADE["apps"]["public_key"]},
        f"POST {shop}/invoices": {
            "out_trade_no": UNIQUE,
            "title": "Lunch",
            "description": "Noodles",
            "payload": "p",
            "currency": "LEAF",
            "prices": [{"label": "Noodles", "amount": "1"}],
        },
        f"POST {shop}/consents": {
            "number": UNIQUE,
            "limits": {
                "interval": "R12/2026-12-01T00:00:00Z/P1M",
                "debitAmount": {"value": "1", "assetCode": "LEAF", "assetScale": 2},
                "perCharge": "1",
            },
            "description": "Noodles",
            "user_id": bob.id,
            "until": 2**50,
        },
        f"POST {WALLET}/consents/{{consent_id}}/charges": {
            "out_trade_no": UNIQUE,
            "currency": "LEAF",
            "amount": "1",
            "description": "Noodles",
        },
        f"POST {WALLET}/consents/by-link/{{link}}/grant": {"key": UNIQUE, "proof": "p"},
        f"POST {WALLET}/miniapp/launch": {
            "app_id": "app_x",
            "timestamp": "1700000000",
            "nonce": "nonce_12",
            "package": "prepay_id=o_x",
            "sign_type": "Ed25519",
            "signature": "A" * 86,
        },
        f"POST {shop}/charges": {
            "code": "900000000000000000",
            "out_trade_no": UNIQUE,
            "currency": "LEAF",
            "amount": "1",
            "description": "Soup",
        },
        f"POST {WALLET}/orders/{{order_id}}/pay": {"key": UNIQUE, "proof": "p"},
        f"POST {WALLET}/codes/pay": {
            "key": UNIQUE,
            "code": "000201",
            "currency": "LEAF",
            "amount": "1",
            "proof": "p",
        },
        f"POST {WALLET}/codes/resolve": {"code": "000201"},
        f"POST {WALLET}/paycodes/packs": {"currency": "LEAF"},
        f"POST {WALLET}/topups": {
            "key": UNIQUE,
            "rail": "bank",
            "currency": "EUR",
            "amount": "10",
        },
        f"POST {WALLET}/payouts": {
            "key": UNIQUE,
            "rail": "bank",
            "currency": "EUR",
            "amount": "10",
            "account": "NL91ABNA0417164300",
            "name": "Bob",
            "proof": "p",
        },
        f"POST {STAFF}/conflicts": {"about": bob.id, "until": 1},
        f"POST {STAFF}/cases/{{case_id}}/dismiss": {"manifestly_unfounded": True},
        f"POST {STAFF}/cases/{{case_id}}/evidence": {"data": "QQ==", "content_type": "text/plain"},
        f"POST {STAFF}/evidence/{{evidence_id}}/views": {"purpose": "To assess the report."},
        f"POST {STAFF}/complaints/{{complaint_id}}/decide": {
            "outcome": "upheld",
            "reasons": "We looked again.",
        },
        "PUT /_matrix/client/v1/admin/suspend/{user_id}": {"suspended": True},
        "PUT /_matrix/client/v1/admin/lock/{user_id}": {"locked": True},
        f"POST {client}/receipt/{{receipt_type}}/{{event_id}}": {"thread_id": "main"},
        f"POST {client}/read_markers": {
            "m.fully_read": event_id,
            "m.read": event_id,
            "m.read.private": event_id,
        },
        f"PUT {client}/typing/{{user_id}}": {"typing": True, "timeout": 30_000},
        f"PUT {own}/account_data/{{data_type}}": {"a": {"b": [1, "c"]}},
        f"PUT {own}/rooms/{{room_id}}/account_data/{{data_type}}": {"a": {"b": [1, "c"]}},
        f"PUT {own}/rooms/{{room_id}}/tags/{{tag}}": {"order": 0.5},
        f"POST {own}/filter": {
            "event_fields": ["type", "content.body"],
            "event_format": "client",
            "presence": event_filter,
            "account_data": event_filter,
            "room": {
                "rooms": [room_id],
                "not_rooms": ["!x:y.example"],
                "include_leave": False,
                "timeline": room_filter,
                "state": room_filter,
                "ephemeral": room_filter,
                "account_data": room_filter,
            },
        },
        f"PUT {V3}/directory/room/{{room_alias}}": {"room_id": room_id},
        f"PUT {V3}/directory/list/room/{{room_id}}": {"visibility": "public"},
        f"POST {V3}/publicRooms": {
            "limit": 10,
            "include_all_networks": False,
            "filter": {"generic_search_term": "Squ", "room_types": [None]},
        },
        f"POST {V3}/search": {
            "search_categories": {
                "room_events": {
                    "search_term": "hello",
                    "keys": ["content.body"],
                    "filter": room_filter,
                    "order_by": "recent",
                    "include_state": False,
                    "event_context": {"before_limit": 1, "after_limit": 1, "include_profile": True},
                    "groupings": {"group_by": [{"key": "room_id"}]},
                }
            }
        },
        f"POST {V3}/user_directory/search": {"search_term": "bob", "limit": 10},
        f"PUT {V3}/presence/{{user_id}}/status": {"presence": "online", "status_msg": "hello"},
    }
    return given
