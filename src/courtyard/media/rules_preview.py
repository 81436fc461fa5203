"""Which pages may be fetched for a preview, and how their bytes are read. Pure.

spec: client-server-api#get_matrixclientv1mediapreview_url
"""

import codecs
import functools
import ipaddress
import re
import zlib
from encodings.aliases import aliases
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

import msgspec

from courtyard.base.errors import InvalidParamError
from courtyard.base.ip_address import is_public

URL_LENGTH_MAX: Final = 2_048
HOST_LENGTH_MAX: Final = 253
PORTS: Final = {"http": 80, "https": 443}
PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
REDIRECTS_MAX: Final = 5

_AS_IT_IS: Final = "%/:=&?~+!$,;'@()*[]"
"""What stands in a path or query without being escaped; a `%` begins an escape that is there already."""

_HOST: Final = re.compile(r"[a-z0-9._:-]+")
_META_CHARSET: Final = re.compile(
    rb"""charset\s{0,8}=\s{0,8}["']?\s{0,8}([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE
)
_META_BYTES: Final = 1_024
"""Where a page says how it is written. See HTML, "prescan a byte stream"."""
_MARKS: Final = ((codecs.BOM_UTF8, "utf_8"), (b"\xfe\xff", "utf_16_be"), (b"\xff\xfe", "utf_16_le"))

# By the names of Python's modules. It knows encodings that are none of text, or that no page is written in: what is not here is
# read as UTF-8. Some are read as the larger set of which they are a part, as browsers do.
_CODECS: Final = {
    **{
        name: name
        for name in ("utf_16_be", "utf_16_le", "gb18030", "big5hkscs", "koi8_r", "koi8_u")
    },
    **{name: name for name in ("euc_jp", "iso2022_jp", "mac_roman")},
    **{f"cp{page}": f"cp{page}" for page in (874, 932, 949, *range(1250, 1259))},
    **{f"iso8859_{part}": f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    "ascii": "cp1252",
    "latin_1": "cp1252",
    "iso8859_9": "cp1254",
    "tis_620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf_16": "utf_16_le",
}
_NO_LETTER: Final = re.compile("[^a-z0-9]+")


class Places(msgspec.Struct, frozen=True):
    """Where pages may be fetched, as the operator says."""

    ports: frozenset[int]
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    """Networks that may be reached although they are not public."""

    def may_reach(self, address: str) -> bool:
        """Tell whether an IP address may be spoken to."""
        if is_public(address):
            return True
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)


@functools.lru_cache(maxsize=8)
def parse_places(ports: str, networks: str) -> Places:
    """Read the two settings, each a list with blanks between.

    Raises:
        InvalidParamError: one of them cannot be read; the message names it.
    """
    try:
        numbers = frozenset(int(port) for port in ports.split())
    except ValueError:
        numbers = frozenset()
    if not numbers or not all(0 < port < 65_536 for port in numbers):
        message = "link_previews_ports are numbers of ports, with blanks between."
        raise InvalidParamError(message)
    try:
        return Places(numbers, tuple(ipaddress.ip_network(one) for one in networks.split()))
    except ValueError as error:
        message = "link_previews_networks are networks like 10.1.2.0/24, with blanks between."
        raise InvalidParamError(message) from error


def parse_url(text: str, places: Places) -> str:
    """Return the address of a page as it is asked for: in ASCII, without the part that only a browser needs.

    Raises:
        InvalidParamError: it is none, or not one that is fetched.
    """
    message = "`url` is the address of a page: http:// or https://, and no user name in it."
    try:
        parts = urlsplit(text)
        port = PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        host = (parts.hostname or "").encode("idna").decode()
    except ValueError as error:
        raise InvalidParamError(message) from error
    is_page = len(text) <= URL_LENGTH_MAX and parts.scheme in PORTS and "@" not in parts.netloc
    if not is_page or len(host) > HOST_LENGTH_MAX or not _HOST.fullmatch(host):
        raise InvalidParamError(message)
    if port not in places.ports:
        message = "This server fetches no pages from that port."
        raise InvalidParamError(message)
    place = f"[{host}]" if ":" in host else host
    if port != PORTS[parts.scheme]:
        place = f"{place}:{port}"
    query = f"?{quote(parts.query, safe=_AS_IT_IS)}" if parts.query else ""
    return f"{parts.scheme}://{place}{quote(parts.path or '/', safe=_AS_IT_IS)}{query}"


def joined(url: str, reference: str, places: Places) -> str:
    """Return the address that a redirection or a page means, looked at like any other.

    Raises:
        InvalidParamError: it is none that is fetched.
    """
    try:
        found = urljoin(url, reference[: URL_LENGTH_MAX + 1].strip())
    except ValueError as error:
        message = "The page names an address that is none."
        raise InvalidParamError(message) from error
    return parse_url(found, places)


def unpacked(body: bytes, encoding: str, bytes_max: int) -> bytes:
    """Return what was sent packed, and no more than the limit of it: a small body may unpack to anything.

    Raises:
        ValueError: it is packed in a way that was not asked for, or broken.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body[:bytes_max]
    if name not in ("gzip", "x-gzip", "deflate"):
        message = "the answer is packed in another way than was asked for"
        raise ValueError(message)
    try:
        # 32: whichever of the two heads it has.
        return zlib.decompressobj(zlib.MAX_WBITS + 32).decompress(body, bytes_max)
    except zlib.error as error:
        message = "the answer is packed, and broken"
        raise ValueError(message) from error


def text_of(body: bytes, content_type: str) -> str:
    """Return the text of a page. What is no text of the encoding that it names is shown as such.

    See HTML, "determining the character encoding".
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    head = content_type[:256].encode("ascii", "replace")
    found = _META_CHARSET.search(head) or _META_CHARSET.search(body[:_META_BYTES])
    name = _codec(found.group(1).decode()) if found else "utf_8"
    if found and found.string is not head and name.startswith("utf_16"):
        # A page whose own words could be read so far is not written in it.
        name = "utf_8"
    return body.decode(name, "replace")


def _codec(label: str) -> str:
    # Not `codecs.lookup`: it remembers for ever every name that it was asked for.
    name = _NO_LETTER.sub("_", label.lower())
    return _CODECS.get(aliases.get(name, name), "utf_8")
