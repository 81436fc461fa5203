"""What of a legal request goes into the public log. While nobody may be told of one, its leaves are sealed.

A sealed leaf says that there was such a step on a day, and until when it stays closed (`review_by`). What opens it is published with
the request: then everybody can see that nothing was added afterwards.
"""

import hashlib
from typing import Any

import msgspec

from courtyard.base import canonical_json
from courtyard.conduct.model_legal import LegalRecord, LegalRequest, LegalSalts, LegalStep, Opening
from courtyard.conduct.rules_leaf import Leaf, actor_tag, day
from courtyard.conduct.rules_legal import document, public_request
from courtyard.transparency.rules_leaf import SEALED, commit


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A leaf, and what will open it if it is sealed."""

    leaf: Leaf
    opening: Opening | None = None


def of_request(request: LegalRequest, salts: LegalSalts) -> Made:
    """Return the leaf of a request that was received. It has the request's own id: everybody can ask for it when it is due."""
    fields: dict[str, Any] = {
        "authority": request.authority,
        "country": request.country,
        "kind": request.kind,
        "request_commit": commit(salts.request, canonical_json.encode(public_request(request))),
    }
    today = day(request.received_at)
    if request.gag_until is None:
        return Made(leaf=Leaf(type="legal.received", id=request.id, day=today, fields=fields))
    review_by = {"review_by": day(request.gag_until)}
    return _sealed("legal.received", request.id, today, fields, salts.detail, review_by)


def of_step(
    record: LegalRecord, step: LegalStep, salts: LegalSalts, id: str, seal: bytes | None
) -> Made:
    """Return the leaf of an answer or of the publication.

    Args:
        record: with this step as its newest.
        step: `complied`, `refused` or `published`.
        salts: of the request.
        id: of the leaf.
        seal: a new salt while nobody may be told; None: the leaf is open.
    """
    request = record.request
    fields: dict[str, Any] = {"request": request.id}
    actors = [actor_tag(salts.case, step.by)]
    if step.kind == "complied":
        fields |= {"extent": step.extent, "notified": False, "actors": actors}
        if request.scope:
            fields["territory"] = list(request.scope)
    elif step.kind == "refused":
        fields |= {"cause": step.refusal, "actors": actors}
    else:
        fields["document"] = document_hash(record)
    kind = f"legal.{step.kind}"
    if seal is None:
        return Made(leaf=Leaf(type=kind, id=id, day=day(step.at), fields=fields))
    return _sealed(kind, id, day(step.at), fields, seal, {})


def document_hash(record: LegalRecord) -> str:
    """Return the hash of what everybody reads of a request."""
    return "sha256:" + hashlib.sha256(canonical_json.encode(document(record))).hexdigest()


def _sealed(
    kind: str, id: str, today: str, fields: dict[str, Any], salt: bytes, more: dict[str, Any]
) -> Made:
    kept = {name: value for name, value in fields.items() if name.endswith("_commit")}
    kept |= {SEALED: commit(salt, canonical_json.encode(fields)), **more}
    leaf = Leaf(type=kind, id=id, day=today, fields=kept)
    return Made(leaf=leaf, opening=Opening(fields=fields, salt=salt))
