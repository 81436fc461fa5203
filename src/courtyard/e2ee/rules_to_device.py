"""What may be sent to devices. Pure.

spec: client-server-api#send-to-device-messaging
"""

import msgspec

from courtyard.base.errors import BadJsonError, TooLargeError
from courtyard.base.ids import UserId
from courtyard.e2ee import shapes
from courtyard.e2ee.model import DELIVERIES_MAX, TO_DEVICE_BYTES_MAX, Json, ToDevice


def parse_messages(body: Json, sender: UserId, event_type: str, txn_id: str) -> ToDevice:
    """Check a body of `/sendToDevice` and encode each event once.

    Content is passed on as it came: nobody signs it, so it need not be canonical.

    Raises:
        MissingParamError, BadJsonError, InvalidParamError: another shape.
        TooLargeError: an event larger than `TO_DEVICE_BYTES_MAX`, or more than `DELIVERIES_MAX`.

    spec: client-server-api#put_matrixclientv3sendtodeviceeventtypetxnid
    """
    shapes.a_name(event_type, "The event type")
    shapes.a_name(txn_id, "The transaction id")
    messages = shapes.an_object(shapes.required(body, "messages"), "“messages”")
    events: dict[UserId, dict[str, bytes]] = {}
    count = 0
    for user_id, devices in messages.items():
        for_user = events[UserId(user_id)] = {}
        for device_id, content in shapes.an_object(devices, "The devices of a user").items():
            for_user[device_id] = _event(content, sender, event_type)
            count += 1
    if count > DELIVERIES_MAX:
        raise too_many()
    return ToDevice(event_type=event_type, txn_id=txn_id, events=events)


def too_many() -> TooLargeError:
    """Say that a message would reach more than `DELIVERIES_MAX` devices."""
    message = f"Please send to at most {DELIVERIES_MAX} devices at once."
    return TooLargeError(message)


def _event(content: object, sender: UserId, event_type: str) -> bytes:
    shapes.an_object(content, "A message")
    try:
        event = msgspec.json.encode({"content": content, "sender": sender, "type": event_type})
    except UnicodeEncodeError as error:
        message = "A string holds half of a surrogate pair, which is not valid Unicode."
        raise BadJsonError(message) from error
    if len(event) > TO_DEVICE_BYTES_MAX:
        message = f"A message is larger than {TO_DEVICE_BYTES_MAX} bytes."
        raise TooLargeError(message)
    return event
