"""Signed notes: the specification's example, our own, and whatever is wrong with one."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Checkpoint, Vkey
from courtyard.transparency.rules_note import (
    NOTE_BYTES_MAX,
    cosign,
    decode_decimal,
    decode_hash,
    format_checkpoint,
    format_vkey,
    join_note,
    key_id,
    open_checkpoint,
    parse_checkpoint,
    parse_vkey,
    sign,
    split_note,
    verified_by,
    vkey_of,
)
from tests.transparency.naive import flips

# spec: C2SP signed-note, "Example"
EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE_TEXT = "This is an example message.\n"
EXAMPLE_SIGNATURE = (
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
)
EXAMPLE = f"{EXAMPLE_TEXT}\n\u2014 example.com/foo {EXAMPLE_SIGNATURE}\n".encode()

SEED, WITNESS_SEED = bytes(range(32)), bytes(range(1, 33))
LOG = vkey_of("test.example/log", ED25519, SEED)
WITNESS = vkey_of("test.example/witness", COSIGNATURE_V1, WITNESS_SEED)
CHECKPOINT = Checkpoint(origin=LOG.name, size=7, root=bytes(range(32)))
TEXT = format_checkpoint(CHECKPOINT)
SIGNED = sign(TEXT, LOG.name, SEED)
COSIGNED = cosign(TEXT, WITNESS.name, WITNESS_SEED, 1_700_000_000)
NOTE = join_note(TEXT, [SIGNED, COSIGNED])


def test_the_example_of_the_specification_verifies() -> None:
    vkey = parse_vkey(EXAMPLE_KEY)
    assert format_vkey(vkey) == EXAMPLE_KEY
    assert verified_by(EXAMPLE, [vkey]) == {vkey: None}
    assert split_note(EXAMPLE)[0] == EXAMPLE_TEXT


def test_another_text_under_the_same_signature_does_not() -> None:
    with pytest.raises(BadSignatureError, match=r"example\.com/foo"):
        verified_by(
            EXAMPLE.replace(b"example message", b"Example message"), [parse_vkey(EXAMPLE_KEY)]
        )


def test_a_checkpoint_is_opened_with_its_log_s_key() -> None:
    assert open_checkpoint(NOTE, LOG) == CHECKPOINT
    assert verified_by(NOTE, [LOG, WITNESS]) == {LOG: None, WITNESS: 1_700_000_000}
    assert verified_by(NOTE, [WITNESS]) == {WITNESS: 1_700_000_000}


def test_signing_twice_gives_the_same_bytes() -> None:
    assert sign(TEXT, LOG.name, SEED) == SIGNED


def test_signatures_of_unknown_keys_count_for_nothing() -> None:
    stranger = vkey_of("test.example/log", ED25519, WITNESS_SEED)
    assert verified_by(NOTE, [stranger]) == {}
    spoilt = join_note(
        TEXT,
        [SIGNED, f"\u2014 {stranger.name} {base64.b64encode(key_id(stranger) + b'x').decode()}\n"],
    )
    assert open_checkpoint(spoilt, LOG) == CHECKPOINT
    with pytest.raises(BadSignatureError):
        verified_by(spoilt, [LOG, stranger])


@pytest.mark.parametrize("of", [TEXT, COSIGNED], ids=["text", "cosignature"])
def test_a_flipped_bit_is_found(of: str) -> None:
    start = NOTE.index(of.encode())
    part = NOTE[start : start + len(of.encode())]
    for flip in flips(part):
        spoilt = NOTE[:start] + flip() + NOTE[start + len(part) :]
        with pytest.raises((BadSignatureError, MalformedError)):
            verified_by(spoilt, [LOG, WITNESS])


def test_a_cosignature_is_of_its_time() -> None:
    parts = COSIGNED.split(" ")
    data = bytearray(base64.b64decode(parts[2]))
    data[11] ^= 1  # the last byte of the timestamp
    other = f"{parts[0]} {parts[1]} {base64.b64encode(data).decode()}\n"
    with pytest.raises(BadSignatureError):
        verified_by(join_note(TEXT, [other]), [WITNESS])


def test_a_checkpoint_without_the_log_s_signature_is_refused() -> None:
    with pytest.raises(BadSignatureError, match="not signed by"):
        open_checkpoint(join_note(TEXT, [COSIGNED]), LOG)


def test_a_log_s_signature_on_another_log_s_checkpoint_is_refused() -> None:
    text = format_checkpoint(Checkpoint(origin="other.example/log", size=1, root=bytes(32)))
    note = join_note(text, [sign(text, LOG.name, SEED)])
    with pytest.raises(BadSignatureError, match="not of the log"):
        open_checkpoint(note, LOG)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 name c2lnbmF0dXJl",
        b"text\n\xe2\x80\x94 name c2lnbmF0dXJl\n",
        b"text\n\n- name c2lnbmF0dXJl\n",
        b"text\n\n\xe2\x80\x94  c2lnbmF0dXJl\n",
        b"text\n\n\xe2\x80\x94 na+me c2lnbmF0dXJl\n",
        b"text\n\n\xe2\x80\x94 na\xc2\xa0me c2lnbmF0dXJl\n",
        b"text\n\n\xe2\x80\x94 name c2lnbmF0dXJl more\n",
        b"text\n\n\xe2\x80\x94 name !!!!\n",
        b"text\n\n\xe2\x80\x94 name \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\n",
        b"text\n\n\xe2\x80\x94 name AAAAAB==\n",
        b"text\n\n\xe2\x80\x94 name AAAAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAAAA==\n",
        b"te\txt\n\n\xe2\x80\x94 name c2lnbmF0dXJl\n",
        b"te\xffxt\n\n\xe2\x80\x94 name c2lnbmF0dXJl\n",
        b"text\n\n" + b"\xe2\x80\x94 name c2lnbmF0dXJl\n" * 65,
        b"t" * NOTE_BYTES_MAX + b"\n\n\xe2\x80\x94 name c2lnbmF0dXJl\n",
    ],
)
def test_what_is_no_note_is_refused(note: bytes) -> None:
    with pytest.raises(MalformedError):
        split_note(note)


def test_sixteen_signatures_are_accepted() -> None:
    note = b"text\n\n" + b"\xe2\x80\x94 name c2lnbmF0dXJl\n" * 16
    assert len(split_note(note)[1]) == 16


def test_a_text_may_have_empty_lines() -> None:
    text, lines = split_note(b"a\n\nb\n\n\xe2\x80\x94 name c2lnbmF0dXJl\n")
    assert (text, lines[0].name) == ("a\n\nb\n", "name")


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+530d903a",
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "na me+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("530d903a", "530D903A"),
        EXAMPLE_KEY[:-4],
        EXAMPLE_KEY.replace("+Aek", "+Auk"),
        EXAMPLE_KEY + "=",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(MalformedError):
        parse_vkey(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n\n",
        "\n1\nAAAA\n",
        "a\n1\nAAAA\n",
        "a\n01\n" + TEXT.split("\n")[2] + "\n",
        "a\n-1\n" + TEXT.split("\n")[2] + "\n",
        "a\n\u0661\n" + TEXT.split("\n")[2] + "\n",
        "a\n1\n" + TEXT.split("\n")[2],
        "a\n1\n" + TEXT.split("\n")[2] + "\n\nb\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


def test_extension_lines_say_nothing_to_us() -> None:
    assert parse_checkpoint(TEXT + "more\n") == CHECKPOINT


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "1 ", " 1", "1_0", "1e3", "9" * 20])
def test_a_number_has_one_text(text: str) -> None:
    with pytest.raises(MalformedError):
        decode_decimal(text)


def test_a_hash_has_32_bytes() -> None:
    assert decode_hash(base64.b64encode(bytes(32)).decode()) == bytes(32)
    with pytest.raises(MalformedError, match="length"):
        decode_hash(base64.b64encode(bytes(31)).decode())


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32), st.integers(0, 2**62))
def test_what_is_signed_is_what_is_opened(size: int, root: bytes, now: int) -> None:
    checkpoint = Checkpoint(origin=LOG.name, size=size, root=root)
    text = format_checkpoint(checkpoint)
    note = join_note(
        text, [sign(text, LOG.name, SEED), cosign(text, WITNESS.name, WITNESS_SEED, now)]
    )
    assert open_checkpoint(note, LOG) == checkpoint
    assert verified_by(note, [WITNESS]) == {WITNESS: now}


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_worse(data: bytes) -> None:
    for start in (b"", b"a\n\n", b"a\n\n\xe2\x80\x94 name "):
        try:
            split_note(start + data)
        except MalformedError:
            continue


def test_the_same_key_under_another_name_is_another_key() -> None:
    other = Vkey(name="other", algorithm=ED25519, public_key=LOG.public_key)
    assert key_id(other) != key_id(LOG)
