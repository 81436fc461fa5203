"""A proxy before the server that can serve a newer service worker: what a browser sees after an upgrade."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TAKEN = ("content-type", "cache-control")


class Front:
    """Where the proxy listens, and whether its service worker is a newer one."""

    def __init__(self, address: str) -> None:
        """Start with the server's own."""
        self.address = address
        self.is_newer = False


@contextmanager
def in_front_of(base_url: str) -> Iterator[Front]:
    """Serve the client's files from another port, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                answer = urllib.request.urlopen(base_url + self.path, timeout=30)  # our own server
            except urllib.error.HTTPError as refused:
                answer = refused
            with answer:
                body = answer.read()
            if self.path == "/sw.js" and front.is_newer:
                body += b"\n// A newer one.\n"
            self.send_response(answer.status)
            for name in TAKEN:
                self.send_header(name, answer.headers.get(name, ""))
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the server before it has its own log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        front = Front(f"http://127.0.0.1:{listening.server_port}")
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        try:
            yield front
        finally:
            listening.shutdown()
            thread.join()
