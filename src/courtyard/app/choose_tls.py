"""With which certificate this server answers, if it speaks TLS itself: the operator's, or one of its own certificate authority.

What reads and makes certificates is loaded by servers that have one.
"""

from pathlib import Path
from typing import Final

from courtyard.app.tls import LOOPBACK, Tls, host_of, own_addresses, parse_names
from courtyard.base.ids import TimestampMs
from courtyard.base.settings import Settings

FOLDER: Final = "tls"
"""Where the server's own certificates lie in the data directory."""


def tls_of(settings: Settings, now_ms: TimestampMs) -> Tls | None:
    """Return what to serve with, or None for plain HTTP; the first start with `tls = "own"` makes it.

    Only the process that holds the data directory's lock may call this.

    Raises:
        BadCertificateError: the message names the file, and says what is wrong with it.
    """
    if settings.tls_cert:
        from courtyard.app.certificate_files import read_pair  # noqa: PLC0415  # see the top

        return read_pair(Path(settings.tls_cert), Path(settings.tls_key), now_ms)
    if settings.tls == "own":
        from courtyard.app.own_tls import load_or_make  # noqa: PLC0415  # see the top

        named = parse_names(settings.tls_names)
        asked = [host_of(settings.server_name), *LOOPBACK, *named]
        found = [] if named else own_addresses(settings.listen)
        return load_or_make(Path(settings.data) / FOLDER, asked, found, now_ms)
    return None
