"""User-interactive authentication: showing again who you are before something that cannot be undone.

    done = await uia.complete(db, body.get("auth"), operation="POST /delete_devices", user_id=...)

raises `AuthRequiredError` (401 with `flows` and `session`) until every stage of one flow is complete.

A dialogue belongs to one operation of one account: a password given to delete a device cannot be replayed to change the password.
Dialogues are kept in memory; after a restart the client gets a new one and asks again.

spec: client-server-api#user-interactive-authentication-api
"""

import secrets
from collections.abc import Mapping, Sequence

import msgspec

from courtyard.accounts import rules, store
from courtyard.accounts.login import check_login_password
from courtyard.accounts.model import AuthRequiredError, UserDeactivatedError, WrongPasswordError
from courtyard.base.errors import BadJsonError, ForbiddenError
from courtyard.base.ids import UserId
from courtyard.storage.database import Database

DIALOGUE_LIFETIME_MS = 900_000
"""How long somebody may take for all stages."""

DIALOGUES_MAX = 10_000
"""Dialogues in memory at the most; the oldest is dropped first."""

DUMMY = "m.login.dummy"
PASSWORD = "m.login.password"  # noqa: S105  # the name of a stage
REGISTRATION_TOKEN = "m.login.registration_token"  # noqa: S105  # the name of a stage

BY_PASSWORD: Sequence[Sequence[str]] = ((PASSWORD,),)
"""The flows for everything that an account does to itself."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A completed dialogue.

    Attributes:
        session: its id, for `finish`.
        registration_token: the token of its registration-token stage, if it had one.
    """

    session: str
    registration_token: str | None = None


class _Dialogue:
    """The state of one dialogue."""

    __slots__ = (
        "completed",
        "ends_at",
        "memo",
        "operation",
        "registration_token",
        "session",
        "user_id",
    )

    def __init__(self, operation: str, user_id: UserId | None, ends_at: int) -> None:
        self.session = secrets.token_urlsafe(18)
        self.operation = operation
        self.user_id = user_id
        self.ends_at = ends_at
        self.completed: list[str] = []
        self.registration_token: str | None = None
        self.memo: object = None


class Dialogues:
    """The dialogues under way in this process. Used on the event loop only."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: dict[str, _Dialogue] = {}

    def begin(self, operation: str, user_id: UserId | None, now_ms: int) -> _Dialogue:
        """Open a dialogue, dropping the oldest when there are too many."""
        if len(self._open) >= DIALOGUES_MAX:
            del self._open[next(iter(self._open))]
        dialogue = _Dialogue(operation, user_id, now_ms + DIALOGUE_LIFETIME_MS)
        self._open[dialogue.session] = dialogue
        return dialogue

    def find(self, session: str, now_ms: int) -> _Dialogue | None:
        """Return a dialogue that has not ended."""
        dialogue = self._open.get(session)
        if dialogue is not None and dialogue.ends_at <= now_ms:
            del self._open[session]
            return None
        return dialogue

    def end(self, session: str) -> None:
        """Close a dialogue."""
        self._open.pop(session, None)


async def complete(
    db: Database,
    auth: object,
    *,
    operation: str,
    user_id: UserId | None,
    flows: Sequence[Sequence[str]] = BY_PASSWORD,
    ip: str = "",
    keep: bool = False,
    memo: object = None,
) -> Done:
    """Take the client's next step; return when the last one is done.

    Args:
        auth: the `auth` member of the request's body, or None.
        operation: what is being authenticated, with everything that must not change on the way.
        user_id: the account that asks; None for registration.
        flows: the flows offered; the stages known are dummy, password and registration token.
        ip: the client's address, for the limit on wrong passwords.
        keep: leave the dialogue open (completed) until `finish` is called, so that the operation may
            fail for another reason and be tried again.
        memo: what to keep with the dialogue for `recall`.

    Raises:
        AuthRequiredError: stages are left, or this one failed.
        BadJsonError: `auth` has the wrong shape.
        ForbiddenError: the dialogue belongs to another operation or account.
        LimitExceededError: too many wrong passwords.
    """
    dialogues = db.world.memory(Dialogues)
    now = db.world.clock.now_ms()
    if auth is None:
        begun = dialogues.begin(operation, user_id, now)
        begun.memo = memo
        raise _left(begun, flows)
    if not isinstance(auth, dict):
        message = "auth is an object."
        raise BadJsonError(message)
    session, stage = auth.get("session"), auth.get("type")
    if not isinstance(session, str | None) or not isinstance(stage, str | None):
        message = "auth.session and auth.type are strings."
        raise BadJsonError(message)
    if session is None:
        # Many clients know what is asked and give the answer at once.
        dialogue = dialogues.begin(operation, user_id, now)
    else:
        known = dialogues.find(session, now)
        if known is None:
            begun = dialogues.begin(operation, user_id, now)
            begun.memo = memo
            raise _left(begun, flows)
        if known.operation != operation or known.user_id != user_id:
            message = "This authentication belongs to another request."
            raise ForbiddenError(message)
        dialogue = known
    dialogue.memo = memo
    if stage is not None and stage not in dialogue.completed:
        if not any(_is_next(flow, dialogue.completed, stage) for flow in flows):
            raise _left(dialogue, flows, "M_UNRECOGNIZED", "This stage is not offered now.")
        await _do_stage(db, dialogue, flows, stage, auth, ip)
    if not any(list(flow) == dialogue.completed for flow in flows):
        raise _left(dialogue, flows)
    if not keep:
        dialogues.end(dialogue.session)
    return Done(session=dialogue.session, registration_token=dialogue.registration_token)


def recall(db: Database, auth: object, operation: str) -> object:
    """Return what an earlier step of the same dialogue left as `memo`; None if there was none."""
    session = auth.get("session") if isinstance(auth, dict) else None
    if not isinstance(session, str):
        return None
    dialogue = db.world.memory(Dialogues).find(session, db.world.clock.now_ms())
    return dialogue.memo if dialogue is not None and dialogue.operation == operation else None


def finish(db: Database, done: Done) -> None:
    """Close a dialogue that was kept open: its operation has succeeded."""
    db.world.memory(Dialogues).end(done.session)


def _is_next(flow: Sequence[str], completed: Sequence[str], stage: str) -> bool:
    """Tell whether a flow continues with a stage. Stages are completed in order."""
    count = len(completed)
    return list(flow[:count]) == list(completed) and count < len(flow) and flow[count] == stage


async def _do_stage(
    db: Database,
    dialogue: _Dialogue,
    flows: Sequence[Sequence[str]],
    stage: str,
    auth: Mapping[str, object],
    ip: str,
) -> None:
    if stage == PASSWORD:
        password = auth.get("password")
        if not isinstance(password, str):
            raise _left(dialogue, flows, "M_MISSING_PARAM", "A password is needed.")
        assert dialogue.user_id is not None, "a password stage needs an account"
        named = _named(auth)
        if named is not None and (
            rules.named_user(named, db.world.settings.server_name) != dialogue.user_id
        ):
            message = "This is another account's name."
            raise ForbiddenError(message)
        try:
            await check_login_password(db, dialogue.user_id, password, ip)
        except (WrongPasswordError, UserDeactivatedError):
            raise _left(dialogue, flows, "M_FORBIDDEN", "The password is wrong.") from None
    elif stage == REGISTRATION_TOKEN:
        token = auth.get("token")
        if not isinstance(token, str):
            raise _left(dialogue, flows, "M_MISSING_PARAM", "A registration token is needed.")
        if not db.read_inline(store.registration_token_works, token):
            raise _left(dialogue, flows, "M_FORBIDDEN", "The registration token is not valid.")
        dialogue.registration_token = token
    else:
        assert stage == DUMMY, f"no such stage: {stage}"
    # Two requests may have done the same stage while the password was being compared.
    if stage not in dialogue.completed:
        dialogue.completed.append(stage)


def _named(auth: Mapping[str, object]) -> str | None:
    """Return the account's name in a password stage, new or legacy form; None if it names none."""
    identifier = auth.get("identifier")
    if isinstance(identifier, dict):
        named = identifier.get("user")
    else:
        named = auth.get("user")
    return named if isinstance(named, str) else None


def _left(
    dialogue: _Dialogue,
    flows: Sequence[Sequence[str]],
    errcode: str | None = None,
    error: str | None = None,
) -> AuthRequiredError:
    """Return the 401 that says what is left to do."""
    extra: dict[str, object] = {
        "flows": [{"stages": list(flow)} for flow in flows],
        "params": {},
        "session": dialogue.session,
    }
    if dialogue.completed or errcode is not None:
        extra["completed"] = list(dialogue.completed)
    if errcode is not None:
        extra |= {"errcode": errcode, "error": error}
    return AuthRequiredError(error or "Please show who you are.", **extra)
