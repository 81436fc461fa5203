"""A server's log, as tests use it."""

from pathlib import Path

import httpx

from courtyard.app.wiring import Server
from courtyard.base.clock import Clock
from courtyard.base.settings import Settings
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.integrate import Integrator
from courtyard.transparency.model import Leaf, Tile
from courtyard.transparency.rules_tiles import levels, tile_path, tiles_at
from courtyard.transparency.stage import stage
from tests.fakes import FakeClock
from tests.transparency.leaves import leaf


async def publish(server: Server, *leaves: Leaf) -> list[int]:
    """Stage leaves and wait until a checkpoint covers them; return their indexes."""
    staged = [server.db.write(stage, each) for each in leaves]
    indexes = [await each for each in staged]
    await server.world.memory(Integrator).run_round(server.db)
    return indexes


def some(first: int, count: int) -> list[Leaf]:
    """Return that many leaves, each another one."""
    return [leaf(number) for number in range(first, first + count)]


def client(server: Server) -> httpx.AsyncClient:
    """Return a client of a server's log."""
    transport = httpx.ASGITransport(server.asgi)  # type: ignore[arg-type]  # ours is untyped
    return httpx.AsyncClient(transport=transport, base_url="http://test.example/transparency/")


def tiles(size: int) -> list[Tile]:
    """Return every tile and bundle of a tree."""
    return [tile for level in (-1, *levels(size)) for tile in tiles_at(size, level)]


def files(settings: Settings) -> dict[str, bytes]:
    """Return the log's files by name, keys and checkpoint apart."""
    root = LogFolder(settings).path
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name.startswith("tile/")}


def path_of(settings: Settings, tile: Tile) -> Path:
    """Return the file of a tile."""
    return LogFolder(settings).path / tile_path(Tile(tile.level, tile.index))


async def started(settings: Settings, clock: Clock | None = None) -> Server:
    """Start a server on a data directory, as after a crash."""
    server = Server(settings, clock or FakeClock())
    await server.start()
    return server
