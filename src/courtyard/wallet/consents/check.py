"""The consents proven, for `courtyard check`: nobody was charged more, or later, than they agreed to."""

from collections.abc import Iterator

from courtyard.base.ids import TimestampMs
from courtyard.storage.tx import ReadTx
from courtyard.wallet.consents import rules_interval, store_check


def violations(tx: ReadTx) -> Iterator[str]:
    """Say in a sentence each what is wrong in the database; nothing, when all is well."""
    for consent, span, total, counted, most in store_check.wrong_use(tx):
        yield f"Interval {span} of {consent} has charges of {total}; {counted} is counted, {most} allowed."
    for order, consent in store_check.wrong_charges(tx):
        yield f"The charge {order} is not what {consent} allows."
    for (order,) in store_check.without_consent(tx):
        yield f"The order {order} belongs to no consent."
    for order, span, made_at, interval in store_check.spans(tx):
        if interval is not None:
            found = rules_interval.span_at(rules_interval.parse(interval), TimestampMs(made_at))
            if found is None or found.index != span:
                yield f"The charge {order} is counted in interval {span}, in which it was not."
