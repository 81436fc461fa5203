"""Proof files: what is written is what is read, and nothing else proves anything."""

import pytest

from courtyard.transparency.errors import BadSignatureError, MalformedError, NotProvenError
from courtyard.transparency.model import ED25519, Checkpoint, Proof
from courtyard.transparency.rules_merkle import inclusion_proof, root
from courtyard.transparency.rules_note import format_checkpoint, join_note, sign, vkey_of
from courtyard.transparency.rules_proof import HEADER, check_proof, format_proof, parse_proof
from tests.transparency.naive import entry, flips, subtrees

SEED = bytes(range(32))
LOG = vkey_of("test.example/log", ED25519, SEED)
ENTRIES = [entry(number) for number in range(11)]
AT = subtrees(ENTRIES)
CHECKPOINT = Checkpoint(origin=LOG.name, size=11, root=root(11, AT))
TEXT = format_checkpoint(CHECKPOINT)
NOTE = join_note(TEXT, [sign(TEXT, LOG.name, SEED)])


def proof_of(index: int, extra: bytes | None = None) -> bytes:
    hashes = tuple(inclusion_proof(index, 11, AT))
    return format_proof(Proof(index=index, hashes=hashes, checkpoint=NOTE, extra=extra))


@pytest.mark.parametrize("index", range(11))
@pytest.mark.parametrize("extra", [None, b"", b"salt"])
def test_a_proof_proves_its_entry_and_no_other(index: int, extra: bytes | None) -> None:
    data = proof_of(index, extra)
    assert check_proof(data, ENTRIES[index], LOG) == (index, CHECKPOINT)
    assert parse_proof(data).extra == extra
    assert format_proof(parse_proof(data)) == data
    with pytest.raises(NotProvenError):
        check_proof(data, ENTRIES[index - 1], LOG)


def test_a_proof_has_the_lines_of_the_specification() -> None:
    lines = proof_of(4, b"x").decode().split("\n")
    assert lines[:3] == [HEADER, "extra eA==", "index 4"]
    assert lines[7:] == ["", *NOTE.decode().split("\n")]


def test_a_flipped_bit_is_found_wherever_it_is() -> None:
    data = proof_of(4)
    for place in range(len(data)):
        spoilt = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises((MalformedError, BadSignatureError, NotProvenError)):
            check_proof(spoilt, ENTRIES[4], LOG)
    assert len(flips(data)) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        NOTE,
        proof_of(4).replace(b"@v1", b"@v2"),
        proof_of(4).replace(b"index 4", b"index 04"),
        proof_of(4).replace(b"index 4\n", b""),
        proof_of(4).replace(b"index 4", b"index \xe2\x80\x94"),
        proof_of(4, b"x").replace(b"eA==", b"eB=="),
        HEADER.encode() + b"\n\n" + NOTE,
        HEADER.encode() + b"\nextra eA==\n\n" + NOTE,
        format_proof(Proof(index=4, hashes=(bytes(32),) * 64, checkpoint=NOTE)),
        proof_of(4) + b"x" * 200_000,
    ],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        parse_proof(data)
