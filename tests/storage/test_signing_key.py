"""The server's key: made once, kept for its owner's eyes, never replaced by itself."""

import stat
from pathlib import Path

import pytest
from nacl.signing import VerifyKey

from courtyard.app.wiring import DATABASE_FILE, Server
from courtyard.base.settings import Settings
from courtyard.e2ee.signing import decode_base64
from courtyard.storage.signing_key import KEY_FILE, BadSigningKeyError, SigningKey, load_or_make


def test_it_is_made_once(tmp_path: Path) -> None:
    first = load_or_make(tmp_path)
    text = (tmp_path / KEY_FILE).read_text()
    second = load_or_make(tmp_path)

    assert second.key_id == first.key_id
    assert second.public_key == first.public_key
    assert (tmp_path / KEY_FILE).read_text() == text
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
    assert load_or_make_elsewhere(tmp_path).key_id != first.key_id


def load_or_make_elsewhere(tmp_path: Path) -> SigningKey:
    folder = tmp_path / "other"
    folder.mkdir()
    return load_or_make(folder)


def test_what_it_signs_others_can_verify() -> None:
    key = SigningKey(bytes(range(32)))

    public, signature = decode_base64(key.public_key), decode_base64(key.sign(b"hello"))

    assert public is not None
    assert signature is not None
    assert key.key_id == f"ed25519:{key.version}"
    VerifyKey(public).verify(b"hello", signature)


def test_what_a_crash_left_half_written_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / f"{KEY_FILE}.new").write_text("ed255")
    key = load_or_make(tmp_path)
    assert load_or_make(tmp_path).key_id == key.key_id


@pytest.mark.parametrize(
    "text", ["", "ed25519", "ed25519 a", "ed25519 a !!!", "rsa a AAAA", "ed25519 a AAAA", "\xff"]
)
def test_a_file_without_a_key_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(text, "latin-1")

    with pytest.raises(BadSigningKeyError):
        load_or_make(tmp_path)

    assert path.read_text("latin-1") == text


def test_a_key_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(BadSigningKeyError, match="cannot be read"):
        load_or_make(tmp_path)


def test_a_server_does_not_start_with_a_broken_key(settings: Settings) -> None:
    folder = Path(settings.data)
    folder.mkdir()
    (folder / KEY_FILE).write_text("nothing")

    with pytest.raises(BadSigningKeyError):
        Server(settings)

    assert (folder / DATABASE_FILE).exists()
    (folder / KEY_FILE).unlink()
    server = Server(settings)
    assert load_or_make(folder).key_id == server.signing_key.key_id
    server.db._inline.close()
    server.db._driver.close()
    server._lock.close()
