"""The words of a search: what is looked for, and where.

spec: client-server-api#post_matrixclientv3search
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

TERM_MAX = 500
CONTEXT_DEFAULT = 5

Key = Literal["content.body", "content.name", "content.topic"]
GroupKey = Literal["room_id", "sender"]

KEYS: tuple[Key, ...] = ("content.body", "content.name", "content.topic")


class EventContext(msgspec.Struct, frozen=True):
    """How much of what stands around a result is shown."""

    before_limit: Annotated[int, Meta(ge=0)] = CONTEXT_DEFAULT
    after_limit: Annotated[int, Meta(ge=0)] = CONTEXT_DEFAULT
    include_profile: bool = False


class Group(msgspec.Struct, frozen=True):
    """One way to group results."""

    key: GroupKey


class Groupings(msgspec.Struct, frozen=True):
    """How results are grouped."""

    group_by: Annotated[list[Group], Meta(max_length=10)] = []


class Criteria(msgspec.Struct, frozen=True):
    """What a search of room events is for."""

    search_term: Annotated[str, Meta(max_length=TERM_MAX)]
    keys: Annotated[list[Key], Meta(max_length=10)] | None = None
    filter: dict[str, Any] | None = None
    order_by: Literal["recent", "rank"] = "rank"
    event_context: EventContext | None = None
    include_state: bool = False
    groupings: Groupings | None = None


class Categories(msgspec.Struct, frozen=True):
    """The one category that there is."""

    room_events: Criteria | None = None


class SearchBody(msgspec.Struct, frozen=True):
    """The body of `POST /search`."""

    search_categories: Categories
