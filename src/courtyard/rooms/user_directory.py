"""Finding people: those one meets in rooms, and those in rooms that anybody may enter or read.

spec: client-server-api#user-directory
"""

import msgspec

from courtyard.accounts.account import account_is_active
from courtyard.accounts.profile import SEARCH_MAX, ProfileHit, member_profile, search_profiles
from courtyard.base.errors import CourtyardError, InvalidParamError
from courtyard.base.ids import RoomId, UserId, parse_user_id
from courtyard.gate.restrict import restriction_of
from courtyard.gate.rules_withheld import note
from courtyard.gate.withheld import find
from courtyard.rooms.errors import UnknownPositionError
from courtyard.rooms.model import PUBLIC
from courtyard.rooms.rules_summary import is_world_readable, join_rule_in
from courtyard.rooms.store import discovery as store
from courtyard.rooms.store import members as members_store
from courtyard.rooms.summary import contents_of
from courtyard.storage.tx import ReadTx

LIMIT_DEFAULT = 10
LIMIT_MAX = 100

SCAN_MAX = 1_000
"""Matching accounts that one search looks at; beyond them it says that it is limited."""

ROOMS_OF_ONE_MAX = 200
"""Rooms of one person that are looked at to see whether one of them is open to anybody."""

TERM_MAX = 500

MUTUAL_AT_ONCE = 200
"""Shared rooms in one answer."""


class People(msgspec.Struct, frozen=True):
    """The result of a search."""

    results: list[ProfileHit]
    limited: bool
    """Whether there are, or may be, more."""
    withheld_count: int = 0
    """How many others match whom a decision keeps from being listed: what is missing is said, not whom."""
    notes: dict[UserId, dict[str, object]] = {}
    """Why name and picture of some results are withheld: those people are found and shown without."""


class Mutual(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rooms that two people share."""

    joined: list[RoomId]
    count: int
    next_batch: str | None = None


def search_people(tx: ReadTx, user_id: UserId, term: str, limit: int | None) -> People:
    """Return the people whose id or name contains a term, the best matches first.

    Whoever names somebody by their whole id finds them, wherever they are. Others do not find an account that a decision
    keeps from being listed; the account reads of it in its standing.

    Raises:
        InvalidParamError: the limit is not positive.

    spec: client-server-api#post_matrixclientv3user_directorysearch
    """
    wanted = LIMIT_DEFAULT if limit is None else limit
    if wanted < 1:
        message = "limit must be greater than zero."
        raise InvalidParamError(message)
    wanted = min(wanted, LIMIT_MAX)
    # A zero byte would end the pattern for the database.
    term = term.replace("\0", "").strip()[:TERM_MAX]
    # An id begins with "@" and ends with the server: neither is part of what is looked for.
    needle = term.removeprefix("@")
    needle = needle.removesuffix(f":{tx.settings.server_name}") or needle
    if not needle:
        return People([], limited=False)
    found: dict[UserId, ProfileHit] = {}
    withheld: set[UserId] = set()
    eyes = _Eyes(tx, user_id)

    def add(hit: ProfileHit) -> None:
        if eyes.are_kept_from(hit.user_id):
            withheld.add(hit.user_id)
        else:
            found[hit.user_id] = hit

    named = _named(tx, term)
    if named is not None:
        add(named)
    scanned, after, is_all = 0, "", False
    while scanned < SCAN_MAX and not is_all:
        hits = search_profiles(tx, needle, SEARCH_MAX, after=after)
        is_all = len(hits) < SEARCH_MAX
        for hit in hits:
            scanned, after = scanned + 1, hit.user_id
            if hit.user_id not in found and eyes.may_see(hit.user_id):
                add(hit)
    best = sorted(found.values(), key=lambda hit: _rank(hit, term, needle))
    page = best[:wanted]
    notes = {hit.user_id: why for hit in page if (why := _why_nameless(tx, user_id, hit.user_id))}
    return People(
        [_nameless(hit) if hit.user_id in notes else hit for hit in page],
        limited=len(best) > wanted or not is_all,
        withheld_count=len(withheld),
        notes=notes,
    )


def _why_nameless(tx: ReadTx, asker: UserId, user_id: UserId) -> dict[str, object] | None:
    found = None if user_id == asker else find(tx, "profile", user_id)
    return None if found is None else note(found)


def _nameless(hit: ProfileHit) -> ProfileHit:
    return ProfileHit(user_id=hit.user_id)


def mutual_rooms(tx: ReadTx, user_id: UserId, other: str | None, since: str | None) -> Mutual:
    """Return the rooms that the asker and somebody else are both joined to.

    Raises:
        InvalidParamError: the other id is malformed, or the asker's own.
        UnknownPositionError: this server never gave that token out.

    spec: client-server-api#get_matrixclientv1mutual_rooms
    """
    other_id = parse_user_id(other or "")
    if other_id == user_id:
        message = "That is yourself."
        raise InvalidParamError(message)
    after = 0
    if since:
        if (
            not (since.isascii() and since.startswith("r") and since[1:].isdigit())
            or len(since) > 16
        ):
            message = "That token is not one of this server's."
            raise UnknownPositionError(message)
        after = int(since[1:])
    rooms = store.mutual_rooms(tx, user_id, other_id, after=after, count=MUTUAL_AT_ONCE + 1)
    page = rooms[:MUTUAL_AT_ONCE]
    return Mutual(
        joined=[room_id for _, room_id in page],
        count=store.mutual_count(tx, user_id, other_id),
        next_batch=f"r{page[-1][0]}" if len(rooms) > MUTUAL_AT_ONCE else None,
    )


class _Eyes:
    """Whom one person may find. Remembers for one search which rooms are open."""

    def __init__(self, tx: ReadTx, user_id: UserId) -> None:
        self._tx = tx
        self._user_id = user_id
        self._is_open: dict[int, bool] = {}

    def may_see(self, other_id: UserId) -> bool:
        """Tell whether the two share a room, or the other one is in a room that is open to anybody.

        Oneself is found as others find one: in an open room.
        """
        if other_id != self._user_id and members_store.shares_room(
            self._tx, self._user_id, other_id
        ):
            return True
        rooms = store.joined_room_nos(self._tx, other_id, after=0, count=ROOMS_OF_ONE_MAX)
        unknown = [room_no for room_no in rooms if room_no not in self._is_open]
        contents = contents_of(self._tx, unknown)
        for room_no in unknown:
            room = contents.get(room_no, {})
            self._is_open[room_no] = join_rule_in(room) == PUBLIC or is_world_readable(room)
        return any(self._is_open[room_no] for room_no in rooms)

    def are_kept_from(self, other_id: UserId) -> bool:
        """Tell whether a decision keeps somebody out of what others find. Nothing keeps anybody from themselves."""
        return (
            other_id != self._user_id
            and restriction_of(self._tx, other_id, "discovery.listed") is not None
        )


def _named(tx: ReadTx, term: str) -> ProfileHit | None:
    try:
        user_id = parse_user_id(term)
    except CourtyardError:
        return None
    if not account_is_active(tx, user_id):
        return None
    name, avatar = member_profile(tx, user_id)
    return ProfileHit(user_id=user_id, display_name=name, avatar_url=avatar)


def _rank(hit: ProfileHit, term: str, needle: str) -> tuple[int, bool, str]:
    """Order by how much of the name or id the term is, then by whether there is a profile."""
    term, needle = term.casefold(), needle.casefold()
    name = (hit.display_name or "").casefold()
    local = hit.user_id[1:].partition(":")[0].casefold()
    if hit.user_id.casefold() == term:
        rank = 0
    elif needle in (name, local):
        rank = 1
    elif name.startswith(needle) or local.startswith(needle):
        rank = 2
    else:
        rank = 3
    return rank, hit.display_name is None, hit.user_id
