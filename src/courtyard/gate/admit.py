"""May this account do this? The one place that says so, and the only maker of permits.

A write function that asks for a `Permit` cannot be called by code that skipped the gate. The gate looks at two
things only: decisions that the account can read (P1), and published limits that are the same for everybody.

Live restrictions are kept in memory, so a decision costs about a microsecond however many there are.
"""

from collections.abc import Iterable

from courtyard.accounts.throttle import Throttle
from courtyard.base.ids import TimestampMs, UserId
from courtyard.gate import rules, store
from courtyard.gate.limits import OF_ACTION
from courtyard.gate.model import Action, Restriction
from courtyard.storage.database import Database
from courtyard.storage.tx import ReadTx, WriteTx

_SEAL = object()


class Permit:
    """The gate's yes to one account and one action. Only this module can make one.

    Attributes:
        actor: the account that may act.
        action: what it may do.
        target: towards whom, where the action has such a person.
    """

    __slots__ = ("action", "actor", "target")

    actor: UserId
    action: Action
    target: UserId | None

    def __init__(
        self, seal: object, actor: UserId, action: Action, target: UserId | None = None
    ) -> None:
        """Refuse everybody who does not hold the gate's seal."""
        if seal is not _SEAL:
            message = "Only the gate makes permits: call gate.admit."
            raise TypeError(message)
        _set_actor(self, actor)
        _set_action(self, action)
        _set_target(self, target)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a permit never changes."""
        message = "A permit never changes."
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        """Refuse: a permit never changes."""
        message = "A permit never changes."
        raise AttributeError(message)

    def __repr__(self) -> str:
        """Show who may do what."""
        return f"<Permit {self.actor} {self.action.label}>"


# The slots' own setters: they pass by `__setattr__`, at less cost than `object.__setattr__`.
_set_actor = Permit.__dict__["actor"].__set__
_set_action = Permit.__dict__["action"].__set__
_set_target = Permit.__dict__["target"].__set__


class GateMemory:
    """Restrictions that have not ended, by account; and the buckets of the rate limits.

    `written` is what the writer's transaction sees, `published` what is durable: the event loop must not refuse by a decision
    that could still be rolled back, since nobody can read that one yet (P1).
    """

    def __init__(self) -> None:
        """Start empty; the first look loads them from the database."""
        self.loaded = False
        self.throttle = Throttle()
        self.written: dict[UserId, tuple[Restriction, ...]] = {}
        self.published: dict[UserId, tuple[Restriction, ...]] = {}

    def load(self, tx: ReadTx) -> None:
        """Read every restriction that has not ended."""
        found: dict[UserId, tuple[Restriction, ...]] = {}
        for restriction in store.not_ended(tx):
            found[restriction.user_id] = (*found.get(restriction.user_id, ()), restriction)
        self.written = found
        self.published = dict(found)
        self.loaded = True

    def unload(self) -> None:
        """Forget everything; the next look loads it again."""
        self.loaded = False


def load(tx: WriteTx) -> None:
    """Read the live restrictions into memory: `await db.write(load)` once at the start.

    It runs on the writer's thread, which is the only one that changes them afterwards.
    """
    tx.memory(GateMemory).load(tx)


def admit(tx: WriteTx, actor: UserId, action: Action, target: UserId | None = None) -> Permit:
    """Let an account do something, or say why not. Call it inside the verb that writes.

    Args:
        actor: the account that acts.
        action: what it is about to do.
        target: towards whom, for direct messages and mentions: a no-contact order names people.

    Raises:
        RestrictedError, SuspendedError: a decision forbids it now; the error tells everything about it.
        LimitExceededError: a published rate limit is used up.
    """
    memory = tx.memory(GateMemory)
    if not memory.loaded:
        memory.load(tx)
    mine = memory.written.get(actor)
    if mine is not None:
        _refuse_if_restricted(mine, action, target, tx.now_ms())
    limit = OF_ACTION.get(action)
    if limit is not None:
        memory.throttle.spend(tx.settings, limit, actor, tx.now_ms())
    return Permit(_SEAL, actor, action, target)


def admit_server(tx: WriteTx, server_user: UserId, action: Action) -> Permit:
    """Let the server itself act, through an account of its own; it has no measures and no limits.

    For notices and repairs. Never pass an account that a person uses.
    """
    del tx
    return Permit(_SEAL, server_user, action)


def check_early(db: Database, actor: UserId, action: Action, target: UserId | None = None) -> None:
    """Refuse before the work begins (an upload's body is read), on the event loop. It takes no rate-limit token.

    It does not replace `admit`, which the write itself still needs.

    Raises:
        RestrictedError, SuspendedError: as `admit`.
    """
    memory = db.world.memory(GateMemory)
    if not memory.loaded:
        # Only before the server has called `load`; the writer will load its own view.
        mine: Iterable[Restriction] = db.read_inline(store.not_ended_of, actor)
    else:
        mine = memory.published.get(actor, ())
    _refuse_if_restricted(tuple(mine), action, target, db.world.clock.now_ms())


def _refuse_if_restricted(
    mine: tuple[Restriction, ...], action: Action, target: UserId | None, now: TimestampMs
) -> None:
    if action.capability is None:
        return
    found = rules.find(mine, action.capability, target, now)
    if found is not None:
        raise rules.refusal(found, mine, now)
