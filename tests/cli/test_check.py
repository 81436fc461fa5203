"""`courtyard check` is silent about a healthy data directory, and names each thing that is wrong."""

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courtyard.app.wiring import Server
from courtyard.cli.check import FEATURES, violations
from courtyard.cli.main import app
from courtyard.storage.database import connect
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.tx import ReadTx
from tests.api import Api, User
from tests.archive.archives import export
from tests.faults.busy_town import build
from tools.checkout import ROOT, files

ONE = "(SELECT MIN(position) FROM events WHERE type = 'm.room.message' AND redacted_by IS NULL)"
TOPIC = "(SELECT MIN(position) FROM events WHERE type = 'm.room.topic')"

RESTRICTION = (
    "INSERT INTO restrictions VALUES ('r', '@bob:x', 'export', 'd', 1, 2, NULL, '', '', '', 1, '')"
)

DAMAGE = {
    "accounts": [
        ("DELETE FROM accounts WHERE user_id LIKE '@bob%'", "belongs to no account"),
        ("DELETE FROM devices WHERE user_id LIKE '@bob%'", "belongs to no device"),
        ("INSERT INTO short_tokens VALUES (x'01', 'login', '@x:y', 1)", "no account"),
        ("UPDATE accounts SET deactivated_at = 1", "still has a password"),
        ("UPDATE accounts SET deactivated_at = 1", "still has device"),
        ("UPDATE accounts SET deactivated_at = 1", "in the profile"),
        ("INSERT INTO profiles VALUES ('@bob:test.example', 'x', hex(zeroblob(40000)))", "has 800"),
        ("INSERT INTO registration_tokens VALUES ('t', 1, 2, NULL)", "2 accounts of 1"),
    ],
    "gate": [
        (RESTRICTION, "'export'"),
    ],
    "media": [
        ("DELETE FROM media_blobs", "has no bytes"),
        ("UPDATE media_blobs SET size_bytes = 1", "what is kept for it has 1"),
        ("INSERT INTO media_blobs VALUES ('s', 'k', 1)", "no file has them"),
        ("INSERT INTO media_thumbnails VALUES ('s', 'v', NULL, 'image/png', 1)", "are gone"),
        ("INSERT INTO media_links VALUES ('$e', 'nothing')", "does not exist"),
        ("DELETE FROM media_links", "tied to its links"),
        ("INSERT INTO blob_deletions SELECT key, 1 FROM media_blobs", "wait to be deleted"),
    ],
    "rooms": [
        ("UPDATE server SET value = '5' WHERE key = 'stream_position'", "stream stands at 5"),
        ("UPDATE receipts SET position = {ONE}", "by a receipt"),
        ("UPDATE account_data SET position = {ONE}", "by account data"),
        ("DELETE FROM rooms WHERE version = '11'", "belongs to no room"),
        ("DELETE FROM current_state WHERE type = 'm.room.create'", "no create event"),
        ("DELETE FROM room_state WHERE position = {TOPIC}", "not in the room's state history"),
        ("UPDATE room_state SET type = 'x' WHERE type = 'm.room.name'", "no such state event"),
        ("UPDATE current_state SET position = {TOPIC} WHERE type = 'm.room.topic'", "not the newest"),
        ("DELETE FROM room_state WHERE type = 'm.room.name'", "has no history"),
        ("DELETE FROM memberships WHERE user_id LIKE '@bob%'", "no membership"),
        ("UPDATE memberships SET membership = 'ban'", "the member event says"),
        ("UPDATE memberships SET stripped = x'00'", "keeps the stripped state"),
        ("UPDATE relations SET event_id = '$x'", "A relation to"),
        ("UPDATE events SET redacted_by = '$x' WHERE redacted_by IS NOT NULL", "was redacted by"),
        ("UPDATE read_marks SET position = 99999", "still to come"),
        ("UPDATE read_marks SET ordinal = ordinal + 1", "The read mark"),
        ("UPDATE receipts SET event_id = '$x'", "The receipt of"),
        ("UPDATE unread_exceptions SET position = position + 99999", "where no event is"),
        ("UPDATE txns SET position = 99999", "A transaction leads"),
        ("UPDATE room_aliases SET room_no = 99999", "leads to no room"),
        ("UPDATE account_data SET room_no = room_no + 99999", "belongs to no room"),
        ("UPDATE events SET ordinal = ordinal + 1", "counted again"),
        ("UPDATE events SET depth = depth + 1", "and comes at"),
        ("DELETE FROM events WHERE position = {ONE}", "does not follow"),
        ("UPDATE events SET sender = '@eve:x' WHERE position = {ONE}", "does not match its id"),
        (
            "UPDATE events SET json = CAST(replace(CAST(json AS TEXT), 'hello', 'adieu') AS BLOB)",
            "content hash",
        ),
        ("UPDATE events SET origin_server_ts = 1 WHERE redacted_by IS NOT NULL", "match its id"),
        ("UPDATE events SET json = x'7b' WHERE position = {ONE}", "cannot be read"),
        (
            "UPDATE rooms SET room_id = room_id || 'x' WHERE version = '12'",
            "which makes",
        ),
    ],
    "transparency": [
        ("INSERT INTO log_leaves VALUES (5, '{{}}')", "Entry 5 may not stand in the log"),
        ("INSERT INTO log_leaves VALUES (5, '{{}}')", "there are 1 entries and the last is number 5"),
        ("INSERT INTO log_heads VALUES (9, zeroblob(32), 1)", "a head of 9 entries"),
        ("DELETE FROM log_keys", "no key of the log"),
        ("DELETE FROM log_keys WHERE role = 'witness'", "no key of the witness"),
    ],
    "archive": [
        ("UPDATE exports SET state = 'lost'", "'lost'"),
        ("UPDATE exports SET user_id = '@nobody:x'", "no account"),
        ("UPDATE exports SET expires_at = NULL", "has no end"),
        ("UPDATE exports SET state = 'requested'", "has parts already"),
        ("UPDATE export_parts SET n = 2", "not numbered"),
        ("DELETE FROM exports", "does not exist"),
        ("INSERT INTO export_deletions SELECT key, 1 FROM export_parts", "waits to be deleted"),
    ],
}  # fmt: skip


async def test_a_healthy_directory_passes_and_every_damage_is_named(
    server: Server, api: Api, alice: User, bob: User, carol: User
) -> None:
    await build(api, {"alice": alice, "bob": bob, "carol": carol})
    await export(alice)
    folder = Path(server.settings.data)
    assert list(violations(folder)) == []

    driver = connect(folder / DATABASE_FILE, writable=True)
    driver.execute("PRAGMA foreign_keys=OFF")
    for feature, damages in DAMAGE.items():
        for template, finding in damages:
            damage = template.format(ONE=ONE, TOPIC=TOPIC)
            driver.execute("BEGIN")
            assert driver.execute(damage).rowcount > 0, damage
            found = list(FEATURES[feature](ReadTx(driver, server.world)))
            driver.execute("ROLLBACK")
            assert any(finding in sentence for sentence in found), (damage, found[:5])
    driver.close()


async def test_a_lost_or_short_file_is_named(
    server: Server, api: Api, alice: User, bob: User, carol: User
) -> None:
    await build(api, {"alice": alice, "bob": bob, "carol": carol})
    folder = Path(server.settings.data)
    lost, short, *_ = [path for path in (folder / "media").rglob("*") if path.is_file()]

    await export(alice)
    await export(bob)
    archives = [path for path in (folder / "archives").iterdir() if path.is_file()]

    for gone, cut in ((lost, short), archives):
        gone.unlink()
        cut.write_bytes(b"x")

    found = list(violations(folder))
    assert len(found) == 4
    assert sum(sentence.startswith("archive: The file") for sentence in found) == 2
    assert any("is missing" in sentence for sentence in found)
    assert any("has 1 bytes" in sentence for sentence in found)


async def test_the_command_ends_with_1_when_something_is_wrong(server: Server, alice: User) -> None:
    folder = Path(server.settings.data)
    run = CliRunner()
    healthy = run.invoke(app, ["check", "--data", str(folder)])
    assert (healthy.exit_code, healthy.output) == (0, "Nothing is wrong.\n")

    driver = sqlite3.connect(folder / DATABASE_FILE)
    driver.execute("DELETE FROM accounts")
    driver.commit()
    driver.close()

    damaged = run.invoke(app, ["check", "--data", str(folder)])
    assert damaged.exit_code == 1
    assert "accounts: Device" in damaged.output
    assert "database: a row of devices" in damaged.output


def test_a_folder_without_a_database_is_refused(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["check", "--data", str(tmp_path)])
    assert (answer.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_every_check_module_is_asked() -> None:
    found = (
        path.relative_to(ROOT / "src/courtyard").parts
        for path in files(ROOT, "src/courtyard/*/check.py")
    )
    # A feature may have features inside, each with what must hold of its own.
    modules = {".".join(parts[:-1]) for parts in found if "store" not in parts}
    assert modules - {"cli"} == set(FEATURES)


@pytest.mark.parametrize("feature", sorted(FEATURES))
def test_every_feature_with_invariants_has_damage_to_find(feature: str) -> None:
    # e2ee tries its own in tests/e2ee/test_check.py, conduct in tests/conduct/test_public_http.py, wallet and what is inside it in
    # tests/wallet.
    assert feature in DAMAGE or feature.split(".", maxsplit=1)[0] in ("e2ee", "conduct", "wallet")
