"""Laws 19 and 23 of the README, for `courtyard check`: what is decided is in the log once, and no silence is without an end."""

from collections.abc import Iterator

from courtyard.conduct import rules_legal, store_check, store_legal
from courtyard.conduct.rules_public import parse_entry
from courtyard.storage.tx import ReadTx
from courtyard.transparency.status import entries


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    # By type and id, where the log has it; whatever else is in the log is no business of ours.
    logged: dict[tuple[str, str], list[int]] = {}
    for index, line in entries(tx):
        content = parse_entry(index, line).content
        logged.setdefault((content.get("t", ""), content.get("id", "")), []).append(index)
    yield from _decisions(tx, logged)
    yield from _legal(tx, logged)


def _decisions(tx: ReadTx, logged: dict[tuple[str, str], list[int]]) -> Iterator[str]:
    known = set()
    for type, id, leaf in store_check.logged_facts(tx):
        known.add((type, id))
        places = logged.get((type, id), [])
        if places != [leaf]:
            yield f"{id} should stand in the log once, as a {type} at {leaf}; it stands at {places}."
    for (type, id), places in logged.items():
        if type in store_check.TYPES and (type, id) not in known:
            yield f"The log has a {type} {id} at {places}, which the database does not know."


def _legal(tx: ReadTx, logged: dict[tuple[str, str], list[int]]) -> Iterator[str]:
    for record in store_legal.records(tx):
        request = record.request
        if len(logged.get(("legal.received", request.id), [])) != 1:
            yield f"The legal request {request.id} does not stand in the log once."
        end = rules_legal.gag_end(record)
        # Each order to be silent has its own year, from when it was received.
        latest = max(
            (request.received_at, *(one.complied_at for one in record.renewals)),
        )
        if end is not None and end > latest + rules_legal.GAG_MS_MAX:
            yield f"The legal request {request.id} stays hidden for longer than an order may say."
