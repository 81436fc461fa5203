"""Ports of this machine that nobody listens on."""

from __future__ import annotations

import socket


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port that is free, for TCP or (`SOCK_DGRAM`) for UDP."""
    [port] = free_ports(1, kind)
    return port


def free_ports(count: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> list[int]:
    """Return as many ports, each another one."""
    probes = [socket.socket(type=kind) for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
