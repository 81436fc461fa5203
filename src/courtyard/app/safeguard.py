"""Once a day: is the money there that is owed to people? If not, an alarm: a line in the log, a figure, a mail. Nothing is frozen."""

import asyncio
from email.message import EmailMessage
from typing import Final

import structlog

from courtyard.app.metrics import SAFEGUARDING
from courtyard.base.settings import Settings
from courtyard.base.smtp_url import parse_smtp_url
from courtyard.conduct.smtp import hand_over, reason_of
from courtyard.storage.background import Background
from courtyard.storage.database import Database
from courtyard.wallet.rails.reconcile import Identity, identities

log = structlog.get_logger("wallet")

DAY_SECONDS: Final = 24 * 3_600.0
TROUBLE_SECONDS: Final = 3_600.0


class Safeguard(Background):
    """One for each server; kept with `world.memory`."""

    def __init__(self) -> None:
        """Wait for `start`."""
        super().__init__(
            "safeguarding", "safeguarding_not_checked", trouble_seconds=TROUBLE_SECONDS
        )

    async def start(self, db: Database) -> None:
        """Begin with a look now."""

        async def work() -> float:
            await look(db)
            return DAY_SECONDS

        self.begin(work)


async def look(db: Database) -> list[Identity]:
    """Look at every official currency; return those that do not add up, after the alarm."""
    found = await db.read(identities)
    for one in found:
        SAFEGUARDING.labels(one.currency).set(one.difference)
    wrong = [one for one in found if one.difference]
    for one in wrong:
        log.error(
            "safeguarding_failed",
            currency=one.currency,
            owed=one.owed,
            backed=one.backed,
            bank_closing=one.closing,
            expected=one.expected,
        )
    if wrong:
        await asyncio.to_thread(_mail, db.world.settings, wrong)
    return wrong


def _mail(settings: Settings, wrong: list[Identity]) -> None:
    """Tell the operator, if there is a way. The log has said it in any case."""
    to = settings.admin_contact
    if not settings.smtp_url or "@" not in to or to.startswith("@"):
        return
    sender = settings.mail_from or f"notices@{settings.server_name}"
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = f"{settings.server_name}: the money does not add up"
    lines = [
        f"{one.currency}: owed {one.owed}, backed {one.backed},"
        f" at the bank {one.closing}, by the ledger {one.expected} (minor units)."
        for one in wrong
    ]
    advice = "Nothing was frozen. Look at `courtyard wallet reconcile` and `courtyard check`."
    message.set_content("\n".join([*lines, "", advice]) + "\n")
    try:
        hand_over(parse_smtp_url(settings.smtp_url), sender, to, message)
    except (OSError, ValueError) as error:
        log.warning("safeguarding_mail_failed", why=reason_of(error))
