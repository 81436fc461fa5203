"""What `/metrics` tells. Nothing in it names a person, a room or an address."""

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
FAULTS = Counter("courtyard_faults", "Requests answered with 500.", registry=REGISTRY)


def render() -> bytes:
    """Return every metric in the Prometheus text format."""
    return generate_latest(REGISTRY)
