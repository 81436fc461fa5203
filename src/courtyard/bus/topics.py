"""The names of what can change.

The bus says *that* something changed and at which position, never *what*.
"""

from typing import NewType

from courtyard.base.ids import DeviceId, RoomId, UserId

Topic = NewType("Topic", str)


def room(room_id: RoomId) -> Topic:
    """Events, receipts or typing in a room."""
    return Topic(f"room:{room_id}")


def user(user_id: UserId) -> Topic:
    """Account data, push rules, memberships or device lists of one account."""
    return Topic(f"user:{user_id}")


def merchant(merchant_id: str) -> Topic:
    """Payments at one shop."""
    return Topic(f"merchant:{merchant_id}")


def device(user_id: UserId, device_id: DeviceId) -> Topic:
    """To-device messages and key counts of one device."""
    return Topic(f"device:{user_id}/{device_id}")
