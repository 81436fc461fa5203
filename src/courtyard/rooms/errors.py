"""What a room refuses, apart from its rules of authorisation (`model.NotAllowed`)."""

from courtyard.base.errors import CourtyardError


class NotInRoomError(CourtyardError):
    """The asker is not in the room, or there is no such room: a stranger is told no more."""

    code = "rooms.not_in_room"


class StillInRoomError(CourtyardError):
    """Only a room that was left can be forgotten.

    spec: client-server-api#post_matrixclientv3roomsroomidforget
    """

    code = "rooms.still_in_room"


class RoomNotFoundError(CourtyardError):
    """There is no room to join or look at under this id or alias."""

    code = "rooms.not_found"


class UnsupportedRoomVersionError(CourtyardError):
    """A room version that this server does not build."""

    code = "rooms.unsupported_version"


class InvalidRoomStateError(CourtyardError):
    """The events asked for at creation do not make a room that its own rules accept."""

    code = "rooms.invalid_room_state"


class RoomAliasInUseError(CourtyardError):
    """Another room has this alias."""

    code = "rooms.alias_in_use"


class BadAliasError(CourtyardError):
    """A canonical alias names something that is not an alias of this room."""

    code = "rooms.bad_alias"


class InviteBlockedError(CourtyardError):
    """The invited user lets nobody invite them.

    spec: client-server-api#invite-permission
    """

    code = "rooms.invite_blocked"


class ReservedTypeError(CourtyardError):
    """Only one feature may write events of this type."""

    code = "rooms.reserved_type"


class CannotLeaveServerNoticeRoomError(CourtyardError):
    """The notices room is where decisions are told and answered; it cannot be left."""

    code = "rooms.cannot_leave_notices"


class DuplicateAnnotationError(CourtyardError):
    """The same user has already reacted to this event with this key.

    spec: client-server-api#avoiding-duplicate-annotations
    """

    code = "rooms.duplicate_annotation"


class UnknownPositionError(CourtyardError):
    """A token that this server never gave out."""

    code = "rooms.unknown_position"


class AliasTakenError(CourtyardError):
    """Some room has this alias already."""

    code = "rooms.alias_taken"


class TooManyAliasesError(CourtyardError):
    """The room has as many aliases as a room can have."""

    code = "rooms.too_many_aliases"
