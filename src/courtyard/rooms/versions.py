"""The room versions this server builds.

spec: rooms#complete-list-of-room-versions
"""

from collections.abc import Mapping
from types import MappingProxyType

from courtyard.rooms.model import RoomVersion

V10 = RoomVersion(
    id="10",
    implicit_creator=False,
    redacts_in_content=False,
    redaction_v11=False,
    create_event_room_id_is_hash=False,
    creators_privileged=False,
)
V11 = RoomVersion(
    id="11",
    implicit_creator=True,
    redacts_in_content=True,
    redaction_v11=True,
    create_event_room_id_is_hash=False,
    creators_privileged=False,
)
V12 = RoomVersion(
    id="12",
    implicit_creator=True,
    redacts_in_content=True,
    redaction_v11=True,
    create_event_room_id_is_hash=True,
    creators_privileged=True,
)

ROOM_VERSIONS: Mapping[str, RoomVersion] = MappingProxyType({v.id: v for v in (V10, V11, V12)})

DEFAULT_ROOM_VERSION = V12.id
"""The default of the setting `default_room_version`."""


def available() -> dict[str, str]:
    """Return the `available` map of the capability `m.room_versions`.

    spec: client-server-api#mroom_versions-capability
    """
    return dict.fromkeys(ROOM_VERSIONS, "stable")
