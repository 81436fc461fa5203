"""Check a log from outside, with nothing but what it serves, and remember what was seen for the next time.

What makes a log tamper-evident is that people keep what they were shown: a log that takes an entry back no longer continues
the tree in their file.
"""

import base64
from collections.abc import Callable
from typing import Final

import msgspec

from courtyard.transparency.audit import audit
from courtyard.transparency.errors import MalformedError, NotProvenError
from courtyard.transparency.model import Checkpoint, Vkey
from courtyard.transparency.rules_note import format_vkey, open_checkpoint, parse_vkey
from courtyard.transparency.rules_policy import Policy, check_policy, parse_policy
from courtyard.transparency.rules_tiles import tile_path

Fetch = Callable[[str], bytes]
"""Path below `/transparency/` → what is served there."""

STALE_S: Final = 48 * 3_600
"""A log that has published nothing for this long has stopped, whatever its server says."""


class Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one run remembers for the next: whose log, and the largest tree that was seen."""

    vkey: str
    size: int
    root: str


class Verified(msgspec.Struct, frozen=True):
    """A log without a fault."""

    kept: Kept
    checkpoint: Checkpoint
    dated_at_s: int | None
    before: int | None
    """The size of the tree seen last time; None at the first."""


def verify(
    fetch: Fetch,
    now_s: int,
    kept: Kept | None,
    *,
    vkey: str | None = None,
    policy: Policy | None = None,
) -> Verified:
    """Look at a whole log; return what to remember.

    Args:
        now_s: the time, in Unix seconds.
        kept: what the last run remembered.
        vkey: the log's key, from somebody you trust; else that of the last run, else what the log says of itself.
        policy: whose cosignatures you ask for; else the one that the server publishes about itself.

    Raises:
        CourtyardError: the first fault, in one sentence.
    """
    log = _key(fetch, kept, vkey)
    is_own = policy is None
    policy = policy or parse_policy(fetch("policy"))
    if policy.logs and log not in policy.logs:
        raise NotProvenError(f"The policy does not name the log {log.name}.")
    note = fetch("log/checkpoint")
    checkpoint = open_checkpoint(note, log)
    signers = check_policy(policy, note)
    dated_at_s = max((each for each in signers.values() if each is not None), default=None)
    if dated_at_s is None and is_own:
        raise NotProvenError("The checkpoint has no date: the server's witness has not signed it.")
    if dated_at_s is not None and dated_at_s < now_s - STALE_S:
        hours = (now_s - dated_at_s) // 3600
        raise NotProvenError(f"The checkpoint is {hours} hours old: the log has stopped.")
    if kept is not None and checkpoint.size < kept.size:
        raise NotProvenError(
            f"The log has {checkpoint.size} entries and had {kept.size} before: it was cut back."
        )
    audited = audit(checkpoint, lambda tile: fetch(f"log/{tile_path(tile)}"))
    if kept is not None and _encode(audited.root_at(kept.size)) != kept.root:
        raise NotProvenError(
            f"The first {kept.size} entries are not those of the last time: the log was rewritten."
        )
    return Verified(
        kept=Kept(format_vkey(log), checkpoint.size, _encode(checkpoint.root)),
        checkpoint=checkpoint,
        dated_at_s=dated_at_s,
        before=None if kept is None else kept.size,
    )


def read_kept(data: bytes) -> Kept:
    """Read what an earlier run wrote.

    Raises:
        MalformedError: it is not that.
    """
    try:
        return msgspec.json.decode(data, type=Kept)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MalformedError(f"What was kept of the last run cannot be read: {error}") from error


def _key(fetch: Fetch, kept: Kept | None, given: str | None) -> Vkey:
    served = fetch("log/vkey").decode("utf-8", "replace").removesuffix("\n")
    for trusted, whose in ((given, "you gave"), (kept and kept.vkey, "of the last time")):
        if trusted and trusted != served:
            raise NotProvenError(f"The log's key is not the one {whose}: it is {served!r}.")
    return parse_vkey(given or (kept.vkey if kept else served))


def _encode(root: bytes) -> str:
    return base64.b64encode(root).decode()
