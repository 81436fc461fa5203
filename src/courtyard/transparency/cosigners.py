"""Asking the witnesses that other people run to cosign what this log has published.

Each witness has a task of its own, which begins when a checkpoint is published: nothing waits for a witness, and one that is
gone holds up neither the log nor the others. Their lines are added to the checkpoint when they come.

spec: C2SP tlog-witness, add-checkpoint
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from courtyard.base.errors import CourtyardError
from courtyard.transparency.ask import NoWitnessError, post
from courtyard.transparency.folder import LogFolder
from courtyard.transparency.model import Checkpoint
from courtyard.transparency.rules_merkle import consistency_proof
from courtyard.transparency.rules_note import (
    decode_decimal,
    parse_checkpoint,
    split_note,
    verified_by,
)
from courtyard.transparency.rules_tiles import hashes_of
from courtyard.transparency.rules_witness import (
    Witness,
    format_add_checkpoint,
    line_of,
    retry_seconds,
)

log = structlog.get_logger("transparency")

AddLine = Callable[[str, Witness, str], Awaitable[None]]
"""Text of a checkpoint, whose line, the line: put it under the published checkpoint, if that is still the same."""

OK: Final = 200
OTHER_SIZE: Final = 409


class Cosigner:
    """One witness, as this log sees it."""

    def __init__(self, witness: Witness, folder: LogFolder, add_line: AddLine) -> None:
        """Wait for `start`."""
        self.witness = witness
        self.failures = 0
        """How often it has failed since it last cosigned."""
        self.size: int | None = None
        """The tree that it cosigned last, as far as this process knows."""
        self._folder = folder
        self._add_line = add_line
        self._due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with what is published now."""
        self._due.set()
        self._task = asyncio.create_task(self._run(), name=f"witness {self.witness.vkey.name}")

    def wake(self) -> None:
        """Look again: something was published."""
        self._due.set()

    async def stop(self) -> None:
        """Leave off, whatever the witness is doing."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None

    async def _run(self) -> None:
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self.ask()
            except (CourtyardError, NoWitnessError) as error:
                self._failed(str(error))
            except Exception:
                log.exception("witness_failed", witness=self.witness.vkey.name)
                self.failures += 1
            else:
                self.failures = 0
                continue
            # Who is gone is not asked more often because there is more news.
            await asyncio.sleep(retry_seconds(self.failures))
            self._due.set()

    async def ask(self) -> None:
        """Have the published checkpoint cosigned, if it is not yet.

        Raises:
            NoWitnessError: it was not.
            CourtyardError: what it answers makes no sense, or the log's files are damaged.
        """
        note = await asyncio.to_thread(self._folder.note)
        if note is None or self.witness.vkey in verified_by(note, [self.witness.vkey]):
            return
        text, _ = split_note(note)
        checkpoint = parse_checkpoint(text)
        # It says itself which tree it knows; asking with the wrong one costs one more request, after a start.
        status, answer = await self._post(self.size or 0, checkpoint, note)
        if status == OTHER_SIZE:
            known = decode_decimal(answer.decode("ascii", "replace").removesuffix("\n"))
            if known > checkpoint.size:
                raise NoWitnessError(
                    "It has seen a longer log than this one: was a backup put back?"
                )
            status, answer = await self._post(known, checkpoint, note)
        if status != OK:
            raise NoWitnessError(f"It answers with status {status}.")
        line = line_of(self.witness, text, answer)
        self.size = checkpoint.size
        await self._add_line(text, self.witness, line)

    async def _post(self, old: int, checkpoint: Checkpoint, note: bytes) -> tuple[int, bytes]:
        body = await asyncio.to_thread(_body, self._folder, old, checkpoint.size, note)
        return await post(f"{self.witness.url}/add-checkpoint", body)

    def _failed(self, reason: str) -> None:
        self.failures += 1
        if self.failures == 1:
            log.warning("witness_does_not_cosign", witness=self.witness.vkey.name, reason=reason)


def _body(folder: LogFolder, old: int, size: int, note: bytes) -> bytes:
    proof = consistency_proof(old, size, hashes_of(size, folder.read))
    return format_add_checkpoint(old, proof, note)
