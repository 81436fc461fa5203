"""The tables of push and every statement on them."""

import msgspec
import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy import bindparam, select

from courtyard.base.ids import DeviceId, StreamPos, TimestampMs, UserId
from courtyard.push.model import NO_CHANGES, Pusher, Reach, RuleChanges, StoredPusher
from courtyard.storage.schema import metadata
from courtyard.storage.statement import Statement, Upsert
from courtyard.storage.tx import ReadTx, Row, WriteTx

RULE_CHANGES = sa.Table(
    "push_rule_changes",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("changes", sa.Text, nullable=False),
    sa.Column("everywhere", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)
"""What a user changed about the rules. No row: nothing, ever. `everywhere` is `Reach.everywhere`."""

EVERYWHERE = sa.Index(
    "push_rule_changes_everywhere",
    RULE_CHANGES.c.user_id,
    sqlite_where=RULE_CHANGES.c.everywhere == sa.literal_column("1"),
    postgresql_where=RULE_CHANGES.c.everywhere == sa.literal_column("1"),
)

TARGETS = sa.Table(
    "push_targets",
    metadata,
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
"""`Reach.targets`: a room or sender in lower case, and who has rules of their own for it."""

PUSHERS = sa.Table(
    "pushers",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("app_id", sa.Text, primary_key=True),
    sa.Column("pushkey", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("app_display_name", sa.Text, nullable=False),
    sa.Column("device_display_name", sa.Text, nullable=False),
    sa.Column("profile_tag", sa.Text),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("set_at_ms", sa.BigInteger, nullable=False),
    sa.Column("delivered_upto", sa.BigInteger, nullable=False, server_default="0"),
    sa.Index("pushers_app_pushkey", "app_id", "pushkey"),
    sqlite_with_rowid=False,
)
"""`delivered_upto`: the place in the stream up to which everything was delivered or was not to be; 0: from the first event on."""

_CHANGES = Statement(
    select(RULE_CHANGES.c.changes).where(RULE_CHANGES.c.user_id == bindparam("user_id"))
)
_POSITION = Statement(
    select(RULE_CHANGES.c.position).where(RULE_CHANGES.c.user_id == bindparam("user_id"))
)
_EVERYWHERE = Statement(
    select(RULE_CHANGES.c.user_id).where(RULE_CHANGES.c.everywhere == sa.literal_column("1"))
)
_SAVE_CHANGES = Upsert(RULE_CHANGES, key=["user_id"], update=["changes", "everywhere", "position"])
_DELETE_CHANGES = Statement(
    sa.delete(RULE_CHANGES).where(RULE_CHANGES.c.user_id == bindparam("user_id"))
)
_BY_TARGET = Statement(select(TARGETS.c.user_id).where(TARGETS.c.target == bindparam("target")))
_ADD_TARGET = Upsert(TARGETS, key=["target", "user_id"])
_DROP_TARGET = Statement(
    sa.delete(TARGETS).where(
        TARGETS.c.target == bindparam("target"), TARGETS.c.user_id == bindparam("user_id")
    )
)

_PUSHERS = Statement(
    select(PUSHERS)
    .where(PUSHERS.c.user_id == bindparam("user_id"))
    .order_by(PUSHERS.c.set_at_ms, PUSHERS.c.app_id, PUSHERS.c.pushkey)
)
_SAVE_PUSHER = Upsert(
    PUSHERS,
    key=["user_id", "app_id", "pushkey"],
    update=[
        "device_id",
        "kind",
        "app_display_name",
        "device_display_name",
        "profile_tag",
        "lang",
        "data",
        "set_at_ms",
    ],
)
_OWNERS = Statement(select(PUSHERS.c.user_id).distinct())
_ADVANCE = Statement(
    sa.update(PUSHERS)
    .values(delivered_upto=bindparam("upto"))
    .where(
        PUSHERS.c.user_id == bindparam("of"),
        PUSHERS.c.app_id == bindparam("of_app"),
        PUSHERS.c.pushkey == bindparam("of_key"),
        PUSHERS.c.delivered_upto < bindparam("upto"),
    )
)
_DELETE_PUSHER = Statement(
    sa.delete(PUSHERS).where(
        PUSHERS.c.user_id == bindparam("user_id"),
        PUSHERS.c.app_id == bindparam("app_id"),
        PUSHERS.c.pushkey == bindparam("pushkey"),
    )
)
_DELETE_OTHERS = Statement(
    sa.delete(PUSHERS).where(
        PUSHERS.c.app_id == bindparam("app_id"),
        PUSHERS.c.pushkey == bindparam("pushkey"),
        PUSHERS.c.user_id != bindparam("user_id"),
    )
)
_DELETE_OF_DEVICE = Statement(
    sa.delete(PUSHERS).where(
        PUSHERS.c.user_id == bindparam("user_id"), PUSHERS.c.device_id == bindparam("device_id")
    )
)
_DELETE_ALL = Statement(sa.delete(PUSHERS).where(PUSHERS.c.user_id == bindparam("user_id")))


def rule_changes(tx: ReadTx, user_id: UserId) -> RuleChanges:
    """Return what a user changed about the rules."""
    row = tx.one(_CHANGES, user_id=user_id)
    return NO_CHANGES if row is None else msgspec.json.decode(row[0], type=RuleChanges)


def rules_position(tx: ReadTx, user_id: UserId) -> StreamPos:
    """Return where in the stream a user last changed the rules; 0 for never."""
    row = tx.one(_POSITION, user_id=user_id)
    return StreamPos(0 if row is None else row[0])


def save_rule_changes(
    tx: WriteTx,
    user_id: UserId,
    changes: RuleChanges,
    *,
    was: Reach,
    reach: Reach,
    position: StreamPos,
) -> None:
    """Keep what a user changed, and find it again by what it reaches."""
    tx.run(
        _SAVE_CHANGES,
        user_id=user_id,
        changes=msgspec.json.encode(changes).decode(),
        everywhere=int(reach.everywhere),
        position=position,
    )
    for target in was.targets - reach.targets:
        tx.run(_DROP_TARGET, target=target, user_id=user_id)
    for target in reach.targets - was.targets:
        tx.run(_ADD_TARGET, target=target, user_id=user_id)


def delete_rule_changes(tx: WriteTx, user_id: UserId, *, was: Reach) -> None:
    """Forget that a user ever changed anything."""
    tx.run(_DELETE_CHANGES, user_id=user_id)
    for target in was.targets:
        tx.run(_DROP_TARGET, target=target, user_id=user_id)


def users_everywhere(tx: ReadTx) -> set[UserId]:
    """Return all users whose changes can concern any event."""
    return {UserId(user_id) for (user_id,) in tx.all(_EVERYWHERE)}


def users_with_target(tx: ReadTx, target: str) -> frozenset[UserId]:
    """Return all users with changes for one room or sender, given in lower case."""
    return frozenset(UserId(user_id) for (user_id,) in tx.all(_BY_TARGET, target=target))


def _stored_pusher(row: Row) -> StoredPusher:
    user_id, app_id, pushkey, device_id, kind, app, device, tag, lang, data, set_at_ms, upto = row
    return StoredPusher(
        user_id=UserId(user_id),
        device_id=DeviceId(device_id),
        set_at_ms=TimestampMs(set_at_ms),
        delivered_upto=StreamPos(upto),
        pusher=Pusher(
            pushkey=pushkey,
            kind=kind,
            app_id=app_id,
            app_display_name=app,
            device_display_name=device,
            profile_tag=UNSET if tag is None else tag,
            lang=lang,
            data=msgspec.json.decode(data),
        ),
    )


def pushers(tx: ReadTx, user_id: UserId) -> list[StoredPusher]:
    """Return a user's pushers, the oldest first."""
    return [_stored_pusher(row) for row in tx.all(_PUSHERS, user_id=user_id)]


def save_pusher(tx: WriteTx, stored: StoredPusher) -> None:
    """Keep a pusher in place of the user's pusher with the same app and key."""
    pusher = stored.pusher
    tx.run(
        _SAVE_PUSHER,
        user_id=stored.user_id,
        app_id=pusher.app_id,
        pushkey=pusher.pushkey,
        device_id=stored.device_id,
        kind=pusher.kind,
        app_display_name=pusher.app_display_name,
        device_display_name=pusher.device_display_name,
        profile_tag=None if pusher.profile_tag is UNSET else pusher.profile_tag,
        lang=pusher.lang,
        data=msgspec.json.encode(pusher.data).decode(),
        set_at_ms=stored.set_at_ms,
        delivered_upto=stored.delivered_upto,
    )


def pusher_owners(tx: ReadTx) -> list[UserId]:
    """Return everybody who has a pusher."""
    return [UserId(user_id) for (user_id,) in tx.all(_OWNERS)]


def advance_pusher(
    tx: WriteTx, user_id: UserId, app_id: str, pushkey: str, *, upto: StreamPos
) -> None:
    """Note up to where a pusher has everything. It never goes back."""
    tx.run(_ADVANCE, of=user_id, of_app=app_id, of_key=pushkey, upto=upto)


def delete_pusher(tx: WriteTx, user_id: UserId, app_id: str, pushkey: str) -> None:
    """Forget one pusher of a user."""
    tx.run(_DELETE_PUSHER, user_id=user_id, app_id=app_id, pushkey=pushkey)


def delete_pushers_of_others(tx: WriteTx, user_id: UserId, app_id: str, pushkey: str) -> None:
    """Forget the pushers of everybody else with this app and key."""
    tx.run(_DELETE_OTHERS, user_id=user_id, app_id=app_id, pushkey=pushkey)


def delete_pushers_of_device(tx: WriteTx, user_id: UserId, device_id: DeviceId) -> None:
    """Forget the pushers that a device made."""
    tx.run(_DELETE_OF_DEVICE, user_id=user_id, device_id=device_id)


def delete_pushers(tx: WriteTx, user_id: UserId) -> None:
    """Forget all pushers of a user."""
    tx.run(_DELETE_ALL, user_id=user_id)
