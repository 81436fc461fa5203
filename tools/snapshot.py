"""Write the snapshot of the schema anew: `python -m tools.snapshot`, after every change of a migration."""

import tempfile
from pathlib import Path

from courtyard.storage.migrate import run_migrations
from courtyard.storage.snapshot import BETWEEN, SNAPSHOT, fingerprint, schema_of


def main() -> None:
    """Run the migrations on an empty file and keep what comes of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.db"
        run_migrations(path)
        statements = schema_of(path)
    SNAPSHOT.write_text(BETWEEN.join([f"-- {fingerprint()}", *statements]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
