"""matrix-js-sdk with its Rust crypto, in a Node.js child process (js/driver.mjs)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.clients.person import WAIT_SECONDS, Person, Shown

FOLDER: Final = Path(__file__).with_name("js")
OF_THE_ENVIRONMENT: Final = Path(__file__).resolve().parents[2] / ".venv" / "node" / "node"
NODE_MAJOR_MIN: Final = 22
LINE_BYTES_MAX: Final = 64 * 2**20  # photos travel as base64
STOP_SECONDS_MAX: Final = 10.0


class NodeMissingError(Exception):
    """No Node.js that can run matrix-js-sdk; the text says what to do."""


class JsError(AssertionError):
    """The client answered with an error; the text is its stack."""


def find_node() -> Path:
    """Find a Node.js that is new enough, and see that the client is installed.

    Raises:
        NodeMissingError: if either is not there.
    """
    found = shutil.which("node")
    candidates = [Path(found)] if found else []
    for node in [*candidates, OF_THE_ENVIRONMENT]:
        if node.exists() and _major(node) >= NODE_MAJOR_MIN:
            break
    else:
        raise NodeMissingError(f"no Node.js {NODE_MAJOR_MIN} or newer: run `make clients-js`")
    if not (FOLDER / "node_modules" / "matrix-js-sdk").exists():
        raise NodeMissingError("matrix-js-sdk is not installed: run `make clients-js`")
    return node


def node_or_skip() -> Path:
    """Find Node.js, or skip the test that asks; where CI=true, fail it."""
    try:
        return find_node()
    except NodeMissingError as missing:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(missing))


def _major(node: Path) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    match = re.match(r"v(\d+)\.", answer.stdout)
    return int(match[1]) if match else 0


class JsProcess:
    """One Node.js process; it holds any number of clients."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read())

    async def ask(self, who: str, op: str, **arguments: Any) -> Any:
        """Have a client do something and return its answer.

        Raises:
            JsError: it failed, or the process ended.
        """
        number = next(self._ids)
        answer = self._pending[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin
        command = {"id": number, "who": who, "op": op, **arguments}
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        await self._process.stdin.drain()
        return await answer

    async def close(self) -> None:
        """Close its stdin, upon which it ends; kill it if it does not."""
        assert self._process.stdin
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS_MAX)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            message = json.loads(line)
            answer = self._pending.pop(message["id"], None)
            if answer is None or answer.done():
                continue
            if "error" in message:
                answer.set_exception(JsError(message["error"]))
            else:
                answer.set_result(message["result"])
        for answer in self._pending.values():
            if not answer.done():
                answer.set_exception(JsError("the Node.js process ended"))


@contextlib.asynccontextmanager
async def js_process(node: Path, log: Path) -> AsyncIterator[JsProcess]:
    """Run the driver until the block ends. What the SDK logs goes to `log`."""
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            node,
            "driver.mjs",
            cwd=FOLDER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=LINE_BYTES_MAX,
            env={"PATH": os.environ.get("PATH", ""), "NODE_ENV": "production"},
        )
    js = JsProcess(process)
    try:
        yield js
    finally:
        await js.close()


class JsPerson(Person):
    """A client in a JsProcess. Beyond Person it has cross-signing, secret storage and key backup."""

    def __init__(self, js: JsProcess, who: str, password: str, account: dict[str, str]) -> None:
        self.user_id = account["user_id"]
        self.device_id = account["device_id"]
        self.password = password
        self._js = js
        self._who = who

    @classmethod
    async def enter(
        cls, js: JsProcess, how: str, base_url: str, user: str, password: str, *, who: str
    ) -> JsPerson:
        """Register or login (`how`) and start syncing; `who` names the device in this process."""
        account = await js.ask(who, how, base_url=base_url, user=user, password=password)
        return cls(js, who, password, account)

    async def ask(self, op: str, **arguments: Any) -> Any:
        """Do what only this client can; see js/driver.mjs."""
        return await self._js.ask(self._who, op, **arguments)

    async def create_room(self, invite: list[str], *, direct: bool, name: str) -> str:
        answer = await self.ask("create_room", invite=invite, direct=direct, name=name)
        room_id: str = answer["room_id"]
        return room_id

    async def join(self, room_id: str) -> None:
        await self.ask("join", room_id=room_id)

    async def send(self, room_id: str, event_type: str, content: dict[str, Any]) -> str:
        answer = await self.ask("send", room_id=room_id, type=event_type, content=content)
        event_id: str = answer["event_id"]
        return event_id

    async def redact(self, room_id: str, event_id: str) -> None:
        await self.ask("redact", room_id=room_id, event_id=event_id)

    async def read(self, room_id: str, event_id: str) -> None:
        await self.ask("read", room_id=room_id, event_id=event_id)

    async def typing(self, room_id: str, *, on: bool) -> None:
        await self.ask("typing", room_id=room_id, on=on)

    async def upload(self, data: bytes) -> dict[str, Any]:
        file: dict[str, Any] = await self.ask("upload", data=_text(data))
        return file

    async def download(self, file: dict[str, Any]) -> bytes:
        return _bytes(await self.ask("download", file=file))

    async def set_avatar(self, data: bytes) -> None:
        await self.ask("set_avatar", data=_text(data), mimetype="image/png")

    async def avatar(self, user_id: str, size: int | None = None) -> bytes:
        return _bytes(await self.ask("avatar", user_id=user_id, size=size))

    async def sees(self, room_id: str, **has: Any) -> Shown:
        shown: Shown = await self._wait("sees", room_id=room_id, has=has)
        return shown

    async def sees_typing(self, room_id: str, user_id: str, *, on: bool) -> None:
        await self._wait("sees_typing", room_id=room_id, user_id=user_id, on=on)

    async def sees_member(self, room_id: str, user_id: str, membership: str) -> None:
        await self._wait("sees_member", room_id=room_id, user_id=user_id, membership=membership)

    async def logout(self) -> None:
        await self.ask("logout")

    async def bootstrap(self) -> str:
        """Set up cross-signing, secret storage and key backup; return the recovery key."""
        answer = await self.ask("bootstrap")
        assert answer["ready"]
        assert answer["backup_version"]
        recovery_key: str = answer["recovery_key"]
        return recovery_key

    async def trusts(
        self, user_id: str, device_id: str | None = None, **has: bool
    ) -> dict[str, Any]:
        """Wait until this client's opinion of a user and one of their devices has all of these.

        Known are user_verified, device_signed_by_owner and device_verified; all are returned.
        """
        opinion: dict[str, Any] = await self._wait(
            "trusts", user_id=user_id, device_id=device_id, has=has
        )
        return opinion

    async def has_secrets(self) -> None:
        """Wait until another device has handed over the account's private keys."""
        await self._wait("has_secrets")

    async def backed_up(self, count: int) -> None:
        """Wait until the server's key backup holds `count` room keys."""
        await self._wait("backed_up", count=count)

    async def _wait(self, op: str, **arguments: Any) -> Any:
        return await self.ask(op, **arguments, timeout_ms=WAIT_SECONDS * 1000)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(answer: dict[str, str]) -> bytes:
    return base64.b64decode(answer["data"])
