"""What `/metrics` tells. Nothing in it names a person, a room or an address."""

import functools

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

REQUEST_SECONDS = Histogram(
    "courtyard_request_seconds",
    "Time to answer a request, long polls included.",
    ("method", "status"),
    registry=REGISTRY,
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
STREAM_POSITION = Gauge(
    "courtyard_stream_position", "The newest committed place in the stream.", registry=REGISTRY
)
POLLS = Gauge("courtyard_polls_waiting", "Long polls that wait now.", registry=REGISTRY)
WRITES = Gauge("courtyard_writes_waiting", "Writes queued for the next commit.", registry=REGISTRY)
FAULTS = Counter("courtyard_faults", "Requests answered with 500.", registry=REGISTRY)
LINES_LOST = Counter("courtyard_log_lines_lost", "Log lines not written.", registry=REGISTRY)
SAFEGUARDING = Gauge(
    "courtyard_safeguarding_difference",
    "Minor units by which the money owed to people and the money there differ; 0 is well.",
    ("currency",),
    registry=REGISTRY,
)

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


@functools.cache
def _series(method: str, status: int) -> Histogram:
    series: Histogram = REQUEST_SECONDS.labels(method, str(status))
    return series


def observe(method: str, status: int, seconds: float) -> None:
    """Count one answered request. A method that somebody made up makes no series of its own."""
    _series(method if method in _METHODS else "other", status).observe(seconds)


def render() -> bytes:
    """Return every metric in the Prometheus text format."""
    return generate_latest(REGISTRY)
