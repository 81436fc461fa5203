"""What the web client's own tests take for true is what the server makes and accepts."""

from __future__ import annotations

import json

import pytest

from courtyard.base.ids import RoomId
from courtyard.conduct import megolm
from tests.web import vectors

KEPT = json.loads(vectors.FILE.read_text("utf-8"))


def test_the_log_of_the_vectors_is_what_the_server_makes() -> None:
    assert KEPT["log"] == vectors.log_vectors()


@pytest.mark.parametrize("message", KEPT["megolm"]["messages"], ids=lambda one: str(one["index"]))
def test_a_message_of_the_vectors_is_verified_by_the_server(message: dict[str, object]) -> None:
    content = {
        "algorithm": megolm.ALGORITHM,
        "session_id": KEPT["megolm"]["session_id"],
        "ciphertext": message["ciphertext"],
    }
    plaintext, key = message["plaintext"], message["message_key"]
    assert isinstance(plaintext, dict)
    check = megolm.check(content, RoomId("!r:courtyard.test"), plaintext, str(key))
    assert check == "verified"
