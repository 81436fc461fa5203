"""Write the data directory of this schema as SQL text: `python -m tests.upgrade.make`, once for each release.

What it writes is kept for ever. Never write over the directory of a schema that was released: people have such files.
"""

import asyncio
import sqlite3
import tempfile
from pathlib import Path

import httpx

from courtyard.app.wiring import Server
from courtyard.base.ids import ServerName
from courtyard.base.settings import Settings
from courtyard.storage.pin import DATABASE_FILE
from courtyard.storage.schema import SCHEMA_VERSION
from tests.api import Api
from tests.fakes import FakeClock
from tests.faults.busy_town import build
from tests.transparency.logs import publish, some

DIRECTORIES = Path(__file__).parent / "directories"


async def main(folder: Path) -> str:
    """Let people live on a new server, and return its database as SQL."""
    settings = Settings(
        server_name=ServerName("test.example"),
        data=str(folder),
        rate_limits="off",
        password_memory_kib=64,
    )
    server = Server(settings, FakeClock())
    await server.start()
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
    async with httpx.AsyncClient(transport=transport, base_url="http://test.example") as http:
        api = Api(http)
        people = {name: await api.register(name) for name in ("alice", "bob", "carol")}
        await build(api, people)
    await publish(server, *some(0, 3))
    await server.stop()
    driver = sqlite3.connect(folder / DATABASE_FILE)
    text = "\n".join(driver.iterdump())
    driver.close()
    return text + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        dumped = asyncio.run(main(Path(made)))
    (DIRECTORIES / f"schema_{SCHEMA_VERSION:04}.sql").write_text(dumped, "utf-8")
