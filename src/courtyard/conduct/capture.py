"""What the server itself can see of something that is reported, through the reporter's eyes and no further."""

import hashlib
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.accounts.profile import get_profile
from courtyard.base.errors import InvalidParamError, NotFoundError
from courtyard.base.ids import EventId, RoomId, UserId
from courtyard.conduct import megolm
from courtyard.conduct.model import Item
from courtyard.conduct.model_evidence import Check, Disclosed
from courtyard.media import rules as media_rules
from courtyard.media.holdings import media_items
from courtyard.media.model import MediaId
from courtyard.rooms.errors import RoomNotFoundError
from courtyard.rooms.model import ENCRYPTED
from courtyard.rooms.read_access import Asker
from courtyard.rooms.read_event import event_to_report
from courtyard.rooms.summary import room_summary
from courtyard.storage.tx import ReadTx

NOTHING = msgspec.Raw(b"")
SHOWN_OF_A_ROOM = ("room_id", "name", "topic", "canonical_alias", "avatar_url", "join_rule")
DISCLOSED_MAX = 20
"""Messages that one report discloses."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is reported, in the version that was seen, whose it is, and what can be kept of it (None: nothing readable)."""

    item: Item
    subject: UserId | None
    kind: Literal["event", "media", "profile", "room"]
    body: bytes | None


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """What a reporter says that an encrypted message says, and the key of that one message (empty: none)."""

    event_id: EventId
    plaintext: dict[str, Any]
    message_key: str = ""


class _Edit(msgspec.Struct):
    event_id: str


class _Relations(msgspec.Struct):
    replace: msgspec.Raw = msgspec.field(default=NOTHING, name="m.replace")
    """The newest edit, if there is one."""


class _Unsigned(msgspec.Struct):
    relations: _Relations = msgspec.field(default_factory=_Relations, name="m.relations")


class _Event(msgspec.Struct):
    event_id: str
    type: str
    sender: UserId
    room_id: RoomId
    content: msgspec.Raw
    unsigned: _Unsigned = msgspec.field(default_factory=_Unsigned)


def see(tx: ReadTx, asker: Asker, item: Item) -> Seen | None:
    """Return what there is to be seen of an item; None: nothing for this reporter."""
    if item.type == "event":
        try:
            return seen_event(tx, event_to_report(tx, asker, EventId(item.id)))
        except NotFoundError:
            return None
    if item.type == "media":
        return _media(tx, item)
    if item.type in ("account", "profile"):
        return seen_profile(tx, item)
    return seen_room(tx, asker.user_id, item)


def seen_event(tx: ReadTx, json: bytes) -> Seen:
    """Return an event as evidence, with the hashes of the files that it names. Of an encrypted one nothing can be read."""
    found = msgspec.json.decode(json, type=_Event)
    edit = found.unsigned.relations.replace
    # What its author made of it is another item, the same one for every reader.
    edited = msgspec.json.decode(edit, type=_Edit).event_id if bytes(edit) else ""
    version = hashlib.sha256(bytes(found.content) + edited.encode())
    body = None
    if found.type != ENCRYPTED:
        alone = _alone(json, edit)
        files = _files(tx, media_rules.local_media_ids(bytes(alone), tx.settings.server_name))
        body = msgspec.json.encode({"event": alone, "media": files})
    return Seen(
        item=Item(type="event", id=found.event_id, version=version.hexdigest()),
        subject=found.sender,
        kind="event",
        body=body,
    )


def seen_profile(tx: ReadTx, item: Item) -> Seen | None:
    """Return the profile of an account as evidence; None: there is no such account."""
    user_id = UserId(item.id)
    if not account_is_active(tx, user_id):
        return None
    profile = get_profile(tx, user_id)
    json = msgspec.json.encode(profile)
    files = _files(tx, media_rules.local_media_ids(json, tx.settings.server_name))
    body = msgspec.json.encode({"user_id": user_id, "profile": profile, "media": files})
    return Seen(item=item, subject=user_id, kind="profile", body=body)


def seen_room(tx: ReadTx, user_id: UserId, item: Item) -> Seen | None:
    """Return as evidence what a room is called, to whomever it is shown: who is in it, was invited, or may come in.

    Nothing of what is said in it, and nobody who is in it. None: it is none of the reporter's business, or there is none.
    """
    try:
        summary, _ = room_summary(tx, user_id, item.id)
    except (RoomNotFoundError, InvalidParamError):
        return None
    # Without how many are in there: who comes and goes makes no other evidence of it.
    shown = {name: getattr(summary, name) for name in SHOWN_OF_A_ROOM}
    named = media_rules.local_media_ids(msgspec.json.encode(shown), tx.settings.server_name)
    body = msgspec.json.encode({"room": shown, "media": _files(tx, named)})
    return Seen(item=item, subject=None, kind="room", body=body)


def disclose(
    tx: ReadTx, asker: Asker, item: Item, disclosures: list[Disclosure]
) -> tuple[tuple[Disclosed, ...], bytes]:
    """Check what a reporter discloses of an encrypted room; return how each message was checked, and what can be kept.

    The keys are used here and kept nowhere.

    Raises:
        NotFoundError: one of the messages is none that the reporter may see.
        InvalidParamError: too many, one twice, one of another room, one that is not encrypted, or what is no key.
        DisclosureMismatchError: a message says something else.
    """
    ids = [one.event_id for one in disclosures]
    if item.type != "event" or len(ids) > DISCLOSED_MAX or len(ids) != len(set(ids)):
        message = f"With an event, 1 to {DISCLOSED_MAX} messages are disclosed, each once."
        raise InvalidParamError(message)
    reported = msgspec.json.decode(event_to_report(tx, asker, EventId(item.id)), type=_Event)
    checks: list[Disclosed] = []
    kept = []
    for one in disclosures:
        json = event_to_report(tx, asker, one.event_id)
        event = msgspec.json.decode(json, type=_Event)
        if event.room_id != reported.room_id:
            message = "Only messages of the room of the reported one are disclosed."
            raise InvalidParamError(message)
        if event.type != ENCRYPTED:
            message = "This event is not encrypted: the server reads it itself."
            raise InvalidParamError(message)
        content = msgspec.json.decode(event.content)
        check: Check = megolm.check(content, event.room_id, one.plaintext, one.message_key)
        checks.append(Disclosed(event_id=one.event_id, check=check))
        said = msgspec.Raw(megolm.plain(one.plaintext))
        alone = _alone(json, event.unsigned.relations.replace)
        kept.append({"event": alone, "plaintext": said, "check": check})
    return tuple(checks), msgspec.json.encode(kept)


def _alone(json: bytes, edit: msgspec.Raw) -> msgspec.Raw:
    """Return an event with its newest edit, and without what else comes along for a reader: others' answers, and one's own."""
    members = msgspec.json.decode(json, type=dict[str, msgspec.Raw])
    members.pop("unsigned", None)
    if bytes(edit):
        relations = {"m.relations": {"m.replace": edit}}
        members["unsigned"] = msgspec.Raw(msgspec.json.encode(relations))
    return msgspec.Raw(msgspec.json.encode(members))


def _media(tx: ReadTx, item: Item) -> Seen | None:
    """Return the hash of a file of this server as evidence, never the file."""
    prefix = f"mxc://{tx.settings.server_name}/"
    media_id = MediaId(item.id.removeprefix(prefix))
    found = media_items(tx, [media_id]).get(media_id)
    if found is None:
        return None
    return Seen(
        item=Item(type="media", id=item.id, version=found.sha256),
        subject=found.user_id,
        kind="media",
        body=msgspec.json.encode({"media": _files(tx, [media_id])}),
    )


def _files(tx: ReadTx, media_ids: Iterable[MediaId]) -> list[dict[str, Any]]:
    return [
        {
            "media_id": media_id,
            "sha256": one.sha256,
            "content_type": one.content_type,
            "size_bytes": one.size_bytes,
            "uploader": one.user_id,
        }
        for media_id, one in media_items(tx, media_ids).items()
    ]
