"""Every SQL statement about legal requests."""

import sqlalchemy as sa

from courtyard.conduct.model_legal import (
    LegalId,
    LegalRecord,
    LegalRequest,
    LegalSalts,
    LegalStep,
    Logged,
    Opening,
    Renewal,
)
from courtyard.conduct.store import decode, encode
from courtyard.conduct.store_tables import LEGAL, LEGAL_STEPS
from courtyard.storage.statement import Statement
from courtyard.storage.tx import ReadTx, Row, WriteTx

_bind = sa.bindparam
_L, _S = LEGAL.c, LEGAL_STEPS.c
_REQUEST = Statement(sa.select(_L.body, _L.salts, _L.opening, _L.leaf).where(_L.id == _bind("id")))
_NEWEST = Statement(sa.select(_L.id).order_by(_L.received_at.desc(), _L.id.desc()))
_STEPS = Statement(
    sa.select(_S.body, _S.opening, _S.leaf).where(_S.request_id == _bind("id")).order_by(_S.number)
)
_RENEWALS = Statement(
    sa.select(_S.made_at, _L.gag_until)
    .where(_L.concerns == _bind("id"), _S.request_id == _L.id, _S.kind == "complied")
    .order_by(_S.made_at)
)
_ADD_REQUEST = Statement(sa.insert(LEGAL))
_SET_REQUEST = Statement(sa.update(LEGAL).where(_L.id == _bind("of")).values(body=_bind("body")))
_ADD_STEP = Statement(sa.insert(LEGAL_STEPS))


def record(tx: ReadTx, id: LegalId) -> LegalRecord | None:
    """Return a request with everything that was done about it."""
    row = tx.one(_REQUEST, id=id)
    if row is None:
        return None
    return LegalRecord(
        request=decode(row[0], LegalRequest),
        steps=tuple(decode(body, LegalStep) for body, _, _ in tx.all(_STEPS, id=id)),
        renewals=tuple(
            Renewal(complied_at=complied_at, gag_until=gag_until)
            for complied_at, gag_until in tx.all(_RENEWALS, id=id)
        ),
    )


def records(tx: ReadTx) -> list[LegalRecord]:
    """Return every request, the newest first. There are few: each was read by a person."""
    found = [record(tx, LegalId(id)) for (id,) in tx.all(_NEWEST)]
    return [one for one in found if one is not None]


def salts(tx: ReadTx, id: LegalId) -> LegalSalts:
    """Return the secrets behind a request's leaves."""
    row = tx.one(_REQUEST, id=id)
    assert row is not None, "asked for a request that is there"
    return decode(row[1], LegalSalts)


def logged(tx: ReadTx, id: LegalId) -> list[tuple[str, Logged]]:
    """Return what stands in the log about a request: `received` and the steps that are logged, in order."""
    row = tx.one(_REQUEST, id=id)
    assert row is not None, "asked for a request that is there"
    steps = tx.all(_STEPS, id=id)
    return [
        ("received", _logged(row[2:])),
        *(
            (decode(one[0], LegalStep).kind, _logged(one[1:]))
            for one in steps
            if one[2] is not None
        ),
    ]


def _logged(row: Row) -> Logged:
    opening, leaf = row
    return Logged(leaf=leaf, opening=None if opening is None else decode(opening, Opening))


def add_request(
    tx: WriteTx, request: LegalRequest, salts: LegalSalts, opening: Opening | None, leaf: int
) -> None:
    """Keep a request that was received."""
    tx.run(
        _ADD_REQUEST,
        id=request.id,
        received_at=request.received_at,
        concerns=request.concerns,
        gag_until=request.gag_until,
        body=encode(request),
        salts=encode(salts),
        opening=None if opening is None else encode(opening),
        leaf=leaf,
    )


def set_request(tx: WriteTx, request: LegalRequest) -> None:
    """Keep a request that does not name somebody any more."""
    tx.run(_SET_REQUEST, of=request.id, body=encode(request))


def add_step(
    tx: WriteTx,
    id: LegalId,
    number: int,
    step: LegalStep,
    opening: Opening | None = None,
    leaf: int | None = None,
) -> None:
    """Keep a step; those that are logged have the index of their leaf."""
    tx.run(
        _ADD_STEP,
        request_id=id,
        number=number,
        kind=step.kind,
        made_at=step.at,
        body=encode(step),
        opening=None if opening is None else encode(opening),
        leaf=leaf,
    )
