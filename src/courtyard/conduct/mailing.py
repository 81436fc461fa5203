"""Sends what is in the outbox, one letter after the other, beside everything else.

A letter is deleted after the mail server has taken it. A stop in between sends it once more, with the same bytes and the
same Message-ID, by which a mail program knows it again.
"""

import asyncio
from typing import Final

import structlog

from courtyard.base.smtp_url import parse_smtp_url
from courtyard.conduct import rules_mail, smtp, store_mail
from courtyard.conduct.model_mail import Letter
from courtyard.storage.background import Background, seconds_until
from courtyard.storage.database import Database
from courtyard.storage.tx import WriteTx

log = structlog.get_logger("mail")

LOOK_AGAIN_SECONDS: Final = 3_600
"""How long until the outbox is looked at without a reason."""
TROUBLE_SECONDS: Final = 60
"""How long until it is looked at again when even that went wrong."""
STOP_SECONDS: Final = 5
"""How long a stop waits for the letter that is being handed over."""


class Mailer(Background):
    """The one background task of mail. One for each server; kept with `world.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__(
            "mail sender",
            "mail_work_failed",
            trouble_seconds=TROUBLE_SECONDS,
            patience_seconds=STOP_SECONDS,
        )

    async def start(self, db: Database) -> None:
        """Begin with what an earlier run left over, then send whatever comes; nothing, without a mail server."""
        if not db.world.settings.smtp_url:
            return
        await db.write(store_mail.hurry)

        async def send() -> float:
            while not self.is_closing and await work(db):
                pass
            due_ms = await db.read(store_mail.next_time)
            return seconds_until(due_ms, db.world.clock.now_ms(), LOOK_AGAIN_SECONDS)

        self.begin(send)


async def work(db: Database) -> bool:
    """Try the letter that has been due for the longest time; tell whether there was one."""
    letter = await db.read(store_mail.next_due, db.world.clock.now_ms())
    if letter is None:
        return False
    if rules_mail.is_stale(letter, db.world.clock.now_ms()):
        await db.write(_end, letter, None)
        return True
    settings = db.world.settings
    message = rules_mail.message_of(letter, settings.mail_from, settings.server_name)
    sender = rules_mail.sender_of(settings.mail_from, settings.server_name)
    try:
        receipt = await asyncio.to_thread(
            smtp.hand_over, parse_smtp_url(settings.smtp_url), sender, letter.address, message
        )
    except (OSError, ValueError) as error:
        # Whatever went wrong, it is tried again: only time tells a fault that passes from one that stays.
        await _failed(db, letter, smtp.reason_of(error))
        return True
    await db.write(_end, letter, receipt)
    return True


async def _failed(db: Database, letter: Letter, reason: str) -> None:
    tried, now = letter.attempts + 1, db.world.clock.now_ms()
    # Asked after the attempt and not before it: a server that was off for a week tries once all the same.
    if rules_mail.is_over(letter, now):
        log.warning("mail_given_up", letter_id=letter.id, reason=reason, attempts=tried)
        await db.write(_end, letter, None)
        return
    wait_ms = rules_mail.wait_ms(tried)
    log.warning(
        "mail_not_sent",
        letter_id=letter.id,
        reason=reason,
        attempts=tried,
        again_after_seconds=wait_ms // 1000,
    )
    await db.write(store_mail.put_off, letter.id, tried, now + wait_ms)


def _end(tx: WriteTx, letter: Letter, receipt: str | None) -> None:
    """Take a letter out of the outbox and keep what became of it, unless its account has gone meanwhile."""
    if store_mail.delete_letter(tx, letter.id) and letter.decision_id is not None:
        store_mail.add_delivery(tx, letter, tx.now_ms(), receipt)
