"""What a verb has read is known for as long as it lasts, and to nobody else."""

import asyncio

from courtyard.app.wiring import Server
from courtyard.storage.tx import WriteTx


async def test_no_verb_knows_what_another_one_read(server: Server) -> None:
    def read(tx: WriteTx) -> dict[str, object]:
        before = dict(tx.known)
        tx.known["row"] = "as it was"
        return before

    def fail(tx: WriteTx) -> None:
        tx.known["row"] = "never written"
        raise ValueError("it fails")

    # Queued together, so that they share a transaction.
    first, failed, second, third = await asyncio.gather(
        *(server.db.write(verb) for verb in (read, fail, read, read)), return_exceptions=True
    )

    assert isinstance(failed, ValueError)
    assert [first, second, third] == [{}, {}, {}]


async def test_a_question_knows_nothing_at_first(server: Server) -> None:
    for _ in range(2):
        assert await server.db.read(lambda tx: dict(tx.known)) == {}
