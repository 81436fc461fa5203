"""What the server says about itself."""

from typing import Any

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from courtyard.accounts.model import Session
from courtyard.app import metrics
from courtyard.app.tls import Tls
from courtyard.base.errors import NotFoundError
from courtyard.base.settings import Settings
from courtyard.rooms.group_calls import is_offered
from courtyard.rooms.routes_calls import transport
from courtyard.rooms.versions import ROOM_VERSIONS
from courtyard.storage.database import Database
from courtyard.sync.notifier import Notifier

VERSIONS = [
    *(f"r0.{minor}.0" for minor in range(7)),
    "r0.6.1",
    *(f"v1.{minor}" for minor in range(1, 20)),
]

UNSTABLE_FEATURES = {
    "org.matrix.label_based_filtering": False,
    "org.matrix.e2e_cross_signing": True,
    "org.matrix.msc4222": True,
    "org.matrix.msc3771": True,
    "org.matrix.msc3773": True,
    "org.matrix.msc3440.stable": True,
}


@get("/_matrix/client/versions")
async def get_versions() -> dict[str, Any]:
    """Say which versions of the specification are spoken.

    spec: client-server-api#get_matrixclientversions
    """
    return {"versions": VERSIONS, "unstable_features": UNSTABLE_FEATURES}


@get("/.well-known/matrix/client")
async def get_well_known_client(settings: NamedDependency[Settings]) -> dict[str, Any]:
    """Tell clients where this server's API is.

    spec: client-server-api#getwell-knownmatrixclient
    """
    base_url = settings.base_url
    told: dict[str, Any] = {"m.homeserver": {"base_url": base_url}}
    if is_offered(settings):
        # Where clients looked before there was `rtc/transports` (MSC4143).
        told["org.matrix.msc4143.rtc_foci"] = [transport(settings)]
    return told


@get("/.well-known/matrix/support")
async def get_well_known_support(settings: NamedDependency[Settings]) -> dict[str, Any]:
    """Tell people whom to turn to.

    spec: client-server-api#getwell-knownmatrixsupport
    """
    body: dict[str, Any] = {}
    contact = settings.admin_contact
    if contact:
        kind = "matrix_id" if contact.startswith("@") else "email_address"
        body["contacts"] = [{"role": "m.role.admin", kind: contact}]
    if settings.support_page:
        body["support_page"] = settings.support_page
    if not body:
        message = "The operator has published no contact."
        raise NotFoundError(message)
    return body


@get("/_matrix/client/v3/capabilities")
async def get_capabilities(
    session: NamedDependency[Session], settings: NamedDependency[Settings]
) -> dict[str, Any]:
    """Say what this server allows.

    spec: client-server-api#capabilities-negotiation
    """
    del session  # Only who is logged in is told.
    return {
        "capabilities": {
            "m.change_password": {"enabled": True},
            "m.room_versions": {
                "default": settings.default_room_version,
                "available": dict.fromkeys(ROOM_VERSIONS, "stable"),
            },
            "m.set_displayname": {"enabled": True},
            "m.set_avatar_url": {"enabled": True},
            "m.3pid_changes": {"enabled": False},
            "m.get_login_token": {"enabled": True},
            "m.profile_fields": {"enabled": True},
            "org.courtyard.link_previews": {"enabled": settings.link_previews == "on"},
        }
    }


@get("/ca.crt")
async def get_authority(tls: NamedDependency[Tls | None]) -> Response[bytes]:
    """Hand out the certificate of the server's own authority, for phones and computers that are to trust it."""
    if tls is None or not tls.authority:
        message = "This server has no certificate authority of its own."
        raise NotFoundError(message)
    return Response(tls.authority, media_type="application/x-x509-ca-cert")


@get("/health")
async def get_health(db: NamedDependency[Database]) -> dict[str, Any]:
    """Say that the server answers and its database can be read."""
    return {"status": "ok", "position": await db.read(lambda tx: tx.position())}


@get("/metrics")
async def get_metrics(
    db: NamedDependency[Database], notifier: NamedDependency[Notifier]
) -> Response[bytes]:
    """Tell the numbers for Prometheus."""
    metrics.STREAM_POSITION.set(db.position)
    metrics.POLLS.set(notifier.waiting_count)
    metrics.WRITES.set(db.queued_count)
    return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [
    get_versions,
    get_well_known_client,
    get_well_known_support,
    get_capabilities,
    get_authority,
    get_health,
    get_metrics,
]
