"""What an operator can set. Read by `courtyard.app.config`; documented in docs/settings.md."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from courtyard.base.ids import ServerName

LIVEKIT_URL = r"^(wss?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?)?$"
"""Nothing that could mean more than an address: it stands in the policy that browsers keep to."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings, with their defaults. Sizes are in bytes, times in the unit the name ends with."""

    server_name: ServerName = ServerName("localhost")
    """The part after the colon in user ids. It can never be changed for a data directory."""
    data: str = "data"
    """The folder with the database and the files."""
    listen: str = "127.0.0.1:8008"
    """Where to answer HTTP, or HTTPS with one of the next three."""
    tls: Literal["off", "own"] = "off"
    """Whether to make a certificate authority for this server and speak TLS with a certificate of its (docs/manual/running.md)."""
    tls_cert: str = ""
    """A PEM file with a certificate to speak TLS with, and those between it and its root; empty: none."""
    tls_key: str = ""
    """A PEM file with the key of `tls_cert`."""
    tls_names: str = ""
    """For `tls = "own"`: the names and addresses under which this machine is reached, with blanks between; empty: as it finds them."""
    public_base_url: str = ""
    """The address under which clients reach this server; empty: http:// (with TLS https://) and `listen`."""
    registration: Literal["open", "token", "closed"] = "open"
    """Who may make an account: anyone, holders of a registration token, or only the operator."""
    registration_shared_secret: str = ""
    """Enables Synapse's shared-secret registration endpoint when set."""
    rate_limits: Literal["on", "off"] = "on"
    """Whether the published limits apply (docs/limits.md). Switch off only for tests and benchmarks."""
    default_room_version: Literal["10", "11", "12"] = "12"
    """The version of rooms whose creator does not ask for another."""
    password_memory_kib: int = 65536
    """Memory for one Argon2id hash (RFC 9106). Lower it only on very small machines."""
    access_token_lifetime_ms: int = 3_600_000
    """How long an access token lives for clients that asked for refresh tokens."""
    upload_bytes_max: int = 52_428_800
    """The largest file that may be uploaded."""
    upload_quota_bytes: int = 10_737_418_240
    """How many bytes the files of one account may have together; 0: any number. One of the published limits."""
    archive_part_bytes_max: Annotated[int, Meta(ge=65_536)] = 1_073_741_824
    """How large one part of an account's archive may be; a file that is larger has a part of its own."""
    legacy_media: Literal["on", "off"] = "on"
    """Whether files can also be downloaded without logging in, as Matrix allowed before version 1.11."""
    link_previews: Literal["on", "off"] = "off"
    """Whether this server looks at pages whose addresses people write, to show what they are (docs/manual/media.md)."""
    link_previews_ports: str = "80 443"
    """The ports at which pages may be looked at, with blanks between."""
    link_previews_networks: str = ""
    """Networks that are not public and may be looked at all the same, as `10.1.2.0/24`, with blanks between; empty: none."""
    presence: Literal["on", "off"] = "on"
    """Whether people may see who is online."""
    push_to_private_addresses: Literal["on", "off"] = "off"
    """Whether notifications may go to push gateways on this machine or its private network."""
    webhooks_to_private_addresses: Literal["on", "off"] = "off"
    """Whether merchants' webhooks may go to this machine or its private network; to this machine without TLS too."""
    admin_contact: str = ""
    """A mail address or Matrix id of the operator, published for support."""
    support_page: str = ""
    """A page with help, published for support."""
    smtp_url: str = ""
    """The mail server that takes this server's mail, as `smtp://user:password@host:port` or `smtps://…`; empty: no mail is sent."""
    mail_from: Annotated[str, Meta(pattern=r"^([A-Za-z0-9._+-]+@[A-Za-z0-9.-]+)?$")] = ""
    """The address that mail comes from; empty: `notices@` and the server's name."""
    bank_account: str = ""
    """The operator's account at a bank, to which people top up: `IBAN Name of the owner`; empty: no way over a bank."""
    stripe_secret_key: str = ""
    """The secret key at Stripe; empty: no way over Stripe."""
    stripe_webhook_secret: str = ""
    """What Stripe signs its messages with, `whsec_…`; empty: none is taken."""
    stripe_url: str = ""
    """Another address than Stripe's own; for tests."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least severe line that is logged."""
    log_format: Literal["text", "json"] = "text"
    """How log lines look."""
    trusted_proxy: str = "127.0.0.1"
    """The address whose X-Forwarded-For header is believed."""
    log_witnesses: str = ""
    """Witnesses that are asked to cosign the public log: `KEY ADDRESS, KEY ADDRESS, …`; empty: none."""
    turn_uris: str = ""
    """TURN servers for calls, separated by spaces."""
    turn_shared_secret: str = ""
    """The secret shared with the TURN servers."""
    livekit_url: Annotated[str, Meta(pattern=LIVEKIT_URL)] = ""
    """The LiveKit server that carries group calls, as browsers reach it: `wss://…`; empty: no group calls (docs/manual/rooms.md)."""
    livekit_api_key: str = ""
    """The name of the key that the LiveKit server was given."""
    livekit_api_secret: str = ""
    """The secret of that key."""
    memory_rooms_max: int = 20_000
    """Rooms whose head is kept in memory at the most."""

    @property
    def base_url(self) -> str:
        """The address under which clients reach this server."""
        scheme = "https" if self.tls == "own" or self.tls_cert else "http"
        return self.public_base_url or f"{scheme}://{self.listen}"
