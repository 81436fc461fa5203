"""The key that seals evidence: made once, for its owner's eyes, and nothing opens without it."""

import stat
from pathlib import Path

import pytest

from courtyard.storage.sealing_key import KEY_FILE, BadSealingKeyError, SealingKey, load_or_make


def test_it_is_made_once(tmp_path: Path) -> None:
    sealed = load_or_make(tmp_path).seal(b"a picture", "e_1")

    assert load_or_make(tmp_path).open(sealed, "e_1") == b"a picture"
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_nothing_opens_with_another_key_or_name_or_when_it_was_altered() -> None:
    key = SealingKey(bytes(32))
    sealed = key.seal(b"a picture", "e_1")

    assert b"picture" not in sealed
    assert sealed != key.seal(b"a picture", "e_1")
    assert key.open(sealed, "e_1") == b"a picture"
    assert key.open(sealed, "e_2") is None
    assert SealingKey(bytes(31) + b"x").open(sealed, "e_1") is None
    assert key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), "e_1") is None
    assert key.open(b"x" * 12, "e_1") is None


@pytest.mark.parametrize(
    "text",
    ["", "xchacha20poly1305", "xchacha20poly1305 AAAA", "xchacha20poly1305 ?", "x " + "A" * 44],
)
def test_a_damaged_file_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / KEY_FILE).write_text(text)
    with pytest.raises(BadSealingKeyError):
        load_or_make(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == text


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(BadSealingKeyError):
        load_or_make(tmp_path)
