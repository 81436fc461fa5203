"""`GET /sync`: plain ASGI, because every client calls it all the time.

spec: client-server-api#get_matrixclientv3sync
"""

from typing import Any, get_args
from urllib.parse import parse_qs

from courtyard.accounts.model import Session
from courtyard.accounts.request import session_of
from courtyard.base.errors import InvalidParamError
from courtyard.base.hot import HotRequest, HotRoute
from courtyard.base.json_limits import decode_object
from courtyard.base.whole_number import parse_whole_number
from courtyard.e2ee.memory import E2eeMemory
from courtyard.e2ee.to_device import acknowledge
from courtyard.rooms.filters import OPEN, Filter, parse_filter
from courtyard.rooms.tokens import parse_token
from courtyard.storage.database import Database
from courtyard.sync.assemble import assemble
from courtyard.sync.fast import FastPath
from courtyard.sync.model import SyncAnswer, SyncRequest
from courtyard.sync.notifier import TIMEOUT_MS_MAX, Notifier
from courtyard.sync.presence import State
from courtyard.sync.stored_filters import stored_filter

FILTERS_MAX = 5_000
"""Decoded filters in memory at the most."""


class Sync:
    """Answers `/sync`."""

    def __init__(self, db: Database, notifier: Notifier, fast: FastPath) -> None:
        """Use a database, what wakes polls, and what answers from memory."""
        self._db = db
        self._fast = fast
        self._notifier = notifier
        self._filters: dict[tuple[str, str], Filter] = {}

    async def get_sync(self, request: HotRequest) -> tuple[int, bytes]:
        """spec: client-server-api#get_matrixclientv3sync."""
        session = session_of(self._db, request.scope)
        query = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        asked = self._request(session, query)
        timeout_ms = min(_integer(query, "timeout", 0), TIMEOUT_MS_MAX)
        self._touch(session, query)
        await self._acknowledge(asked)
        waits = asked.since is not None and timeout_ms > 0 and not asked.full_state
        answer = await self._notifier.poll(
            asked.user_id, lambda: self._look(asked), timeout_ms if waits else 0
        )
        return 200, answer.body

    async def _look(self, asked: SyncRequest) -> SyncAnswer:
        quick = self._fast.answer(asked)
        if quick is not None:
            return quick
        return await self._db.read(assemble, asked)

    async def _acknowledge(self, asked: SyncRequest) -> None:
        """Delete the to-device messages that this request's `since` proves to have arrived."""
        memory = self._db.world.memory(E2eeMemory)
        if asked.since is not None and memory.needs_acknowledge(
            asked.user_id, asked.device_id, asked.after
        ):
            await self._db.write(acknowledge, asked.user_id, asked.device_id, asked.after)

    def _touch(self, session: Session, query: dict[str, list[str]]) -> None:
        state = query.get("set_presence", ["online"])[0]
        if state not in get_args(State):
            message = "set_presence must be online, offline or unavailable."
            raise InvalidParamError(message)
        if state != "offline":
            self._notifier.touch(session.user_id, state)  # type: ignore[arg-type]

    def _request(self, session: Session, query: dict[str, list[str]]) -> SyncRequest:
        since = query.get("since", [""])[0]
        state_after = None
        if _flag(query, "use_state_after"):
            state_after = "state_after"
        elif _flag(query, "org.matrix.msc4222.use_state_after"):
            state_after = "org.matrix.msc4222.state_after"
        return SyncRequest(
            user_id=session.user_id,
            device_id=session.device_id,
            since=parse_token(since) if since else None,
            filter=self._filter(session, query.get("filter", [""])[0]),
            full_state=_flag(query, "full_state"),
            use_state_after=state_after,
        )

    def _filter(self, session: Session, text: str) -> Filter:
        if not text:
            return OPEN
        if text.startswith("{"):
            return parse_filter(decode_object(text.encode("utf-8", "surrogatepass")))
        found = self._filters.get((session.user_id, text))
        if found is None:
            found = self._db.read_inline(stored_filter, session.user_id, text)
            if len(self._filters) >= FILTERS_MAX:
                del self._filters[next(iter(self._filters))]
            self._filters[session.user_id, text] = found
        return found


def hot_routes(db: Database, notifier: Notifier, fast: FastPath) -> list[HotRoute]:
    """Return the routes that are mounted without the framework."""
    return [("GET", "/_matrix/client/v3/sync", Sync(db, notifier, fast).get_sync)]


def _flag(query: dict[str, list[str]], name: str) -> bool:
    value = query.get(name, ["false"])[0]
    if value not in ("true", "false"):
        message = f"{name} must be true or false."
        raise InvalidParamError(message)
    return value == "true"


def _integer(query: dict[str, list[str]], name: str, default: int) -> int:
    value = query.get(name)
    if value is None:
        return default
    number = parse_whole_number(value[0], 11)  # enough for ms
    if number is None:
        message = f"{name} must be a whole number that is not negative."
        raise InvalidParamError(message)
    return number


ROUTES: list[Any] = []
