"""Whom a verifier trusts: logs, witnesses, and how many of the witnesses must have seen a checkpoint.

spec: C2SP tlog-policy
"""

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from courtyard.transparency.errors import BadSignatureError, MalformedError
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Vkey
from courtyard.transparency.rules_note import (
    decode_decimal,
    format_vkey,
    parse_vkey,
    verified_by,
)
from courtyard.transparency.rules_witness import Witness

POLICY_BYTES_MAX: Final = 64 * 1024
NONE: Final = "none"


class Group(msgspec.Struct, frozen=True):
    """Some of whose members must have seen a checkpoint."""

    needed: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """A policy that has been read. `witnesses` and `groups` are by their names in the file."""

    logs: dict[Vkey, str]
    witnesses: dict[str, Vkey]
    groups: dict[str, Group]
    quorum: str


def format_policy(
    log: Vkey, log_url: str, witness: Vkey, witness_url: str, others: Iterable[Witness] = ()
) -> str:
    """Return the policy that a server publishes about itself.

    Args:
        others: the witnesses that other people run and this log asks.

    Its own witness is named so that its cosignatures, which say when, can be verified. It is no witness against the
    server, so it is not asked for.
    """
    return (
        "# This log, and this server's own witness. A quorum is yours to choose: name\n"
        "# witnesses that others run, and ask for them.\n"
        f"log {format_vkey(log)} {log_url}\n"
        f"witness own {format_vkey(witness)} {witness_url}\n"
        + "".join(
            f"witness other-{number} {format_vkey(one.vkey)} {one.url}\n"
            for number, one in enumerate(others, start=1)
        )
        + f"quorum {NONE}\n"
    )


def parse_policy(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        MalformedError: it is not that; the message names the line.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise MalformedError("The policy is too long.")
    if any(byte < 0x20 and byte not in b"\t\n" for byte in data) or 0x7F in data:
        raise MalformedError("The policy has a control character.")
    reader = _Reader()
    # Names are opaque bytes, so each byte is a character here; keys are decoded for themselves.
    for number, line in enumerate(data.decode("latin-1").split("\n"), start=1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reader.read(words)
        except MalformedError as error:
            raise MalformedError(f"Line {number} of the policy: {error.message}") from error
    if reader.quorum is None:
        raise MalformedError("The policy has no quorum.")
    return Policy(reader.logs, reader.witnesses, reader.groups, reader.quorum)


def check_policy(policy: Policy, note: bytes) -> dict[Vkey, int | None]:
    """Check a checkpoint; return who has signed it, witnesses with the times they claim (Unix seconds).

    Raises:
        MalformedError: it is no note.
        BadSignatureError: a signature is wrong, no log of the policy has signed, or too few witnesses have.
    """
    found = verified_by(note, [*policy.logs, *policy.witnesses.values()])
    if policy.logs and not any(log in found for log in policy.logs):
        raise BadSignatureError("The checkpoint is not signed by a log of the policy.")
    names = {name for name, vkey in policy.witnesses.items() if vkey in found}
    if not is_met(policy, names):
        raise BadSignatureError("Too few witnesses have cosigned the checkpoint.")
    return found


def is_met(policy: Policy, witnesses: Collection[str]) -> bool:
    """Tell whether the quorum is there when these witnesses have cosigned."""
    seen = {NONE, *witnesses}
    # A group names only what stands before it, so one pass is enough.
    for name, group in policy.groups.items():
        if sum(member in seen for member in group.members) >= group.needed:
            seen.add(name)
    return policy.quorum in seen


class _Reader:
    """Takes one line after another; each may name only what stands before it."""

    def __init__(self) -> None:
        self.logs: dict[Vkey, str] = {}
        self.witnesses: dict[str, Vkey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def read(self, words: list[str]) -> None:
        kind, rest = words[0], words[1:]
        if kind == "log" and len(rest) in (1, 2):
            vkey = _key(rest[0], ED25519, [*self.logs])
            self.logs[vkey] = rest[1] if len(rest) == 2 else ""
        elif kind == "witness" and len(rest) in (2, 3):
            vkey = _key(rest[1], COSIGNATURE_V1, [*self.witnesses.values()])
            self.witnesses[self._new_name(rest[0])] = vkey
        elif kind == "group" and len(rest) >= 3:
            name, needed, *members = rest
            self.groups[self._new_name(name)] = self._group(needed, members)
        elif kind == "quorum" and len(rest) == 1 and self.quorum is None:
            if rest[0] != NONE:
                self._must_be_known(rest[0])
            self.quorum = rest[0]
        else:
            raise MalformedError("it says nothing that belongs there.")

    def _group(self, needed: str, members: list[str]) -> Group:
        for member in members:
            self._must_be_known(member)
            if member in self._members:
                raise MalformedError("a name is a member twice.")
            self._members.add(member)
        counts = {"any": 1, "all": len(members)}
        count = counts[needed] if needed in counts else decode_decimal(needed)
        if not 1 <= count <= len(members):
            raise MalformedError("a group needs more members than it has, or none.")
        return Group(needed=count, members=tuple(members))

    def _new_name(self, name: str) -> str:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise MalformedError("a name is taken.")
        return name

    def _must_be_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise MalformedError("a name is not known yet.")


def _key(text: str, algorithm: int, others: list[Vkey]) -> Vkey:
    try:
        vkey = parse_vkey(text.encode("latin-1").decode())
    except UnicodeDecodeError as error:
        raise MalformedError("a key's name is not UTF-8.") from error
    if vkey.algorithm != algorithm:
        raise MalformedError("a key is of the wrong type for this.")
    if any(vkey.public_key == other.public_key for other in others):
        raise MalformedError("a key stands there twice.")
    return vkey
