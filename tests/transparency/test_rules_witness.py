"""What a log sends to a witness."""

import pytest

from courtyard.transparency.errors import MalformedError
from courtyard.transparency.rules_witness import (
    AddCheckpoint,
    format_add_checkpoint,
    parse_add_checkpoint,
)


@pytest.mark.parametrize("count", [0, 1, 63])
def test_what_is_written_is_what_is_read(count: int) -> None:
    proof = [bytes([number]) * 32 for number in range(count)]
    body = format_add_checkpoint(7, proof, b"note\n\nsignatures\n")
    assert parse_add_checkpoint(body) == AddCheckpoint(
        old=7, proof=tuple(proof), checkpoint=b"note\n\nsignatures\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 1\n",
        b"old 01\n\nnote",
        b"old -1\n\nnote",
        b"old\n\nnote",
        b"new 1\n\nnote",
        b"\n\nnote",
        b"old 1\nAAAA\n\nnote",
        b"old 1\n!\n\nnote",
        b"old \xff\n\nnote",
        format_add_checkpoint(1, [bytes(32)] * 64, b"note"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_add_checkpoint(body)
