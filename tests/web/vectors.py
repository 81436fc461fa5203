"""Proofs and messages as the server and its libraries make them, for the tests of the web client: `python -m tests.web.vectors`."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

import msgspec
import vodozemac

from courtyard.base.ids import TimestampMs, UserId
from courtyard.conduct.model import (
    CaseId,
    ContentStep,
    Decision,
    DecisionId,
    Item,
    Measure,
    MeasureType,
    Record,
    Statement,
)
from courtyard.conduct.model_rules import Clause, RuleSet, Wording
from courtyard.conduct.rules_leaf import Salts, detail_of_decision, of_decision
from courtyard.conduct.rules_ruleset import sha256, show
from courtyard.conduct.standing import show_decision
from courtyard.transparency.model import ED25519, Checkpoint, Proof
from courtyard.transparency.rules_leaf import make_leaf
from courtyard.transparency.rules_merkle import consistency_proof, inclusion_proof, root
from courtyard.transparency.rules_note import (
    format_checkpoint,
    format_vkey,
    join_note,
    sign,
    vkey_of,
)
from courtyard.transparency.rules_proof import format_proof
from courtyard.transparency.rules_tiles import new_tiles, tile_path
from tests.conduct.encrypted import message_key
from tests.transparency.naive import entry, subtrees

FILE: Final = Path(__file__).parents[2] / "web" / "src" / "model" / "vectors.json"

SEED: Final = bytes(range(32))
LOG: Final = vkey_of("courtyard.test/transparency/log", ED25519, SEED)
SUBJECT: Final = UserId("@bob:courtyard.test")
STATEMENT: Final = Statement(
    decision_id=DecisionId("d_0f0f0f0f0f0f0f0f"),
    lang="zh",
    facts='你在群里发了 200 条"一样"的消息。\n🍵',
    explanation="Too many.\t\\",
)
MEASURES: Final[tuple[tuple[MeasureType, tuple[str, ...], ContentStep | None], ...]] = (
    ("feature", ("chat.dm.existing:@lin:courtyard.test", "feed.like"), None),
    ("content", (), "hide"),
)
"""Of a decision on a server that is large enough for its log to say what was decided."""
SALTS: Final = {"statement": bytes(32), "subject": bytes([7]) * 32, "detail": bytes([9]) * 32}
PLACE: Final = 5
OPEN_PLACE: Final = 6
OPEN: Final = Decision(
    id=DecisionId("d_0a0a0a0a0a0a0a0a"),
    case_id=CaseId("c_0a0a0a0a0a0a0a0a"),
    subject=SUBJECT,
    items=(Item(type="account", id=SUBJECT, version="2026-11-26"),),
    rule_id="R3.1",
    ruleset_version=1,
    ground="incompatible",
    legal_ground="",
    category="STATEMENT_CATEGORY_CYBER_VIOLENCE",
    topics=(),
    conduct_at=TimestampMs(1_795_600_000_000),
    measures=tuple(
        Measure(
            type=type,
            capabilities=capabilities,
            step=step,
            item_id="$event" if step else None,
            starts_at=TimestampMs(1_795_690_000_123),
            ends_at=TimestampMs(1_795_690_000_123 + 7 * 86_400_000),
            counts_until=TimestampMs(1_795_690_000_123 + 90 * 86_400_000),
        )
        for type, capabilities, step in MEASURES
    ),
    proposer=UserId("@judge:courtyard.test"),
    approver=None,
    confirmer=None,
    source="notice",
    automated_detection=False,
    automated_decision="not",
    severe=False,
    issued_at=TimestampMs(1_795_690_000_123),
)
RULES: Final = RuleSet(
    version=1,
    published_at=TimestampMs(1_795_000_000_000),
    effective_at=TimestampMs(1_795_000_000_001),
    burst_max=5,
    summary={"zh": "请友善。🍵", "en": 'Be kind: "please"\u2028\t\\ / é'},
    clauses=(
        Clause(
            id="R3.1",
            category="STATEMENT_CATEGORY_CYBER_VIOLENCE",
            max_measure="block",
            is_misuse=False,
            wording={
                "zh": Wording(title="骚扰", text="不要骚扰别人。", examples=("一直发消息。",)),
                "en": Wording(title="Harassment", text="Leave others alone."),
            },
        ),
        Clause(
            id="P1",
            kind="protected",
            category="STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
            max_measure=None,
            wording={
                "zh": Wording(title="批评", text="批评受保护。"),
                "en": Wording(title="Criticism", text="Criticism is protected."),
            },
        ),
    ),
)
"""A change of how rules are hashed shows here: entries of old decisions would speak of other rules than those that are served."""
SIZES: Final = (1, 2, 3, 11, 64, 255, 256, 257, 300)


def log_vectors() -> dict[str, Any]:
    """Return a log of 300 entries, one of them a decision: its proof, its checkpoints, its tiles, and how it grew."""
    salts = Salts(reasons=b"", case=b"", **SALTS)

    def line(made: Decision, told: Statement, *, is_sealed: bool) -> bytes:
        leaf = of_decision(made, told, sha256(RULES), salts, is_sealed=is_sealed)
        return make_leaf(leaf.type, leaf.id, leaf.day, leaf.fields).line

    sealed = msgspec.structs.replace(OPEN, id=STATEMENT.decision_id)
    decision = line(sealed, STATEMENT, is_sealed=True)
    told = msgspec.structs.replace(STATEMENT, decision_id=OPEN.id)
    in_the_open = line(OPEN, told, is_sealed=False)
    decisions = {PLACE: decision, OPEN_PLACE: in_the_open}
    entries = [decisions.get(number) or entry(number) for number in range(SIZES[-1])]
    at = subtrees(entries)

    def note(size: int) -> bytes:
        text = format_checkpoint(Checkpoint(origin=LOG.name, size=size, root=root(size, at)))
        return join_note(text, [sign(text, LOG.name, SEED)])

    grown = [(old, size) for size in SIZES for old in (*SIZES, 7, 100, 299) if old <= size]
    tiles = {
        tile_path(tile): _base64(data)
        for tile, data in new_tiles(0, entries, lambda _level, _index: b"")
    }

    def proof(place: int, size: int) -> str:
        hashes = tuple(inclusion_proof(place, size, at))
        return format_proof(Proof(index=place, hashes=hashes, checkpoint=note(size))).decode()

    return {
        "vkey": format_vkey(LOG),
        "subject": SUBJECT,
        "entry": decision.decode(),
        "detail": detail_of_decision(sealed, STATEMENT, sha256(RULES), salts).decode(),
        "statement": {
            name: getattr(STATEMENT, name)
            for name in ("decision_id", "lang", "facts", "explanation")
        },
        "salts": {name: _base64(salt) for name, salt in SALTS.items()},
        "checkpoints": {str(size): note(size).decode() for size in SIZES},
        "proofs": [proof(PLACE, size) for size in SIZES if size > PLACE],
        "open": {
            "entry": in_the_open.decode(),
            "proof": proof(OPEN_PLACE, 64),
            "shown": show_decision(Record(decision=OPEN), OPEN.issued_at),
            "rules": msgspec.json.decode(msgspec.json.encode(show(RULES))),
        },
        "roots": {str(size): _base64(root(size, at)) for size in sorted({*SIZES, 7, 100, 299})},
        "grown": [
            {"old": old, "size": size, "proof": [*map(_base64, consistency_proof(old, size, at))]}
            for old, size in grown
        ],
        "tiles": tiles,
    }


def megolm_vectors() -> dict[str, Any]:
    """Return a session from its start and messages of it, each with the session advanced to it, and its own key."""
    session = vodozemac.GroupSession()
    inbound = vodozemac.InboundGroupSession(session.session_key)
    start = inbound.export_at(0)
    assert start is not None
    wanted = (0, 1, 2, 255, 256, 257, 511, 600)
    messages = []
    for index in range(max(wanted) + 1):
        plain = {
            "type": "m.room.message",
            "room_id": "!r:courtyard.test",
            "content": {"msgtype": "m.text", "body": f"茶 {index}"},
        }
        ciphertext = session.encrypt(json.dumps(plain).encode()).to_base64()
        if index in wanted:
            key = inbound.export_at(index)
            assert key is not None
            messages.append(
                {
                    "index": index,
                    "ciphertext": ciphertext,
                    "plaintext": plain,
                    "session_key": key.to_base64(),
                    "message_key": message_key(inbound, index),
                }
            )
    return {"session_id": session.session_id, "start": start.to_base64(), "messages": messages}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    made = {"log": log_vectors(), "megolm": megolm_vectors()}
    FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
