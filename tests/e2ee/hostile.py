"""JSON that no honest client would send."""

import copy
from typing import Any

from hypothesis import strategies as st

_NAMES = [
    *("device_keys", "one_time_keys", "fallback_keys", "master_key", "self_signing_key"),
    *("user_id", "device_id", "algorithms", "keys", "signatures", "usage", "key", "messages"),
    *("rooms", "sessions", "algorithm", "auth_data", "auth", "session", "version"),
    *("first_message_index", "forwarded_count", "is_verified", "session_data"),
    *("@alice:test.example", "PHONE", "signed_curve25519:a", "ed25519:PHONE", "!r:x", "*"),
    *("\0", "", "é" * 200, "x" * 300),
]

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**52, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | st.sampled_from([*_NAMES, "master", "signed_curve25519", "ed25519:AAAA"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_NAMES) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=25,
)
"""Any JSON, with our words more often than chance would have it."""

bodies: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(_NAMES), json_values, max_size=4
)
"""Any JSON object."""


@st.composite
def spoilt(draw: st.DrawFn, honest: dict[str, Any]) -> dict[str, Any]:
    """Return an honest body with one thing in it replaced, removed or renamed."""
    body = copy.deepcopy(honest)
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return body
        key = draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and draw(st.integers(0, 3)):
            place = place[key]
            continue
        how = draw(st.sampled_from(["replace", "remove", "rename"]))
        if how == "replace":
            place[key] = draw(json_values)
        else:
            value = place.pop(key)
            if how == "rename" and isinstance(place, dict):
                place[draw(st.sampled_from(_NAMES))] = value
        return body
