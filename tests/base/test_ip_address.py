"""Which addresses a server of ours may speak to because somebody named them."""

import pytest

from courtyard.base.ip_address import is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104  # an address to be refused
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "::7f00:1",
        "fec0::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "4000::1",
        "100::1",
        "192.88.99.1",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "localhost",
        "",
    ],
)
def test_places_near_the_server_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_places_on_the_internet_are_public(address: str) -> None:
    assert is_public(address)
