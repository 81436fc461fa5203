"""Which IP addresses a server of ours may speak to because somebody named them."""

import ipaddress
from typing import Final

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of version 6 behind which stands one of version 4. RFC 6052."""
GLOBAL_6: Final = ipaddress.ip_network("2000::/3")
"""The only addresses of version 6 that are given out to networks of the internet. RFC 4291, 2.4."""
NOBODYS: Final = (
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4, of which none is left. RFC 7526
    ipaddress.ip_network("3fff::/20"),  # documentation. RFC 9637
)
"""What `ipaddress` takes for global, and is not."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet means, and not a place near this server."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in NAT64:
            inner = ipaddress.IPv4Address(found.packed[-4:])
        if inner is not None:
            return is_public(str(inner))
        if found not in GLOBAL_6:
            return False
    if any(found in network for network in NOBODYS):
        return False
    return found.is_global and not found.is_multicast
