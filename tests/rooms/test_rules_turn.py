"""Credentials for call relays, as a rule."""

from courtyard.base.ids import TimestampMs, UserId
from courtyard.rooms.rules_turn import credentials


def test_credentials_are_what_the_relay_computes() -> None:
    made = credentials(" turn:a  turn:b ", "secret", UserId("@alice:a"), TimestampMs(1_999))

    assert made.username == "86401:@alice:a"
    # printf '%s' '86401:@alice:a' | openssl dgst -sha1 -hmac secret -binary | base64
    assert made.password == "HqctNFL4tM3P/DtfxKcz8ybM690="
    assert (made.uris, made.ttl) == (["turn:a", "turn:b"], 86_400)
