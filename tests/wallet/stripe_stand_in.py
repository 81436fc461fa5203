"""Stripe, as far as the rail needs it, on 127.0.0.1: PaymentIntents, Payouts, idempotency keys, signed messages, and a line that breaks."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

WEBHOOK_SECRET = "whsec_stand_in"
KEY = "sk_test_stand_in"


class StandIn:
    """What is over there.

    Attributes:
        objects: id → PaymentIntent or Payout.
        breaks: how many of the next requests are done and then not answered.
        down: how many of the next requests are refused with a 500, undone.
        refuses: error code with which the next payouts are refused.
        requests: every request that came, as (path, idempotency key).
        asked: set when one comes.
    """

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[str, int, dict[str, Any]]] = {}
        self.breaks = 0
        self.down = 0
        self.refuses = ""
        self.requests: list[tuple[str, str]] = []
        self.asked = threading.Event()
        self._numbers = itertools.count(1)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def open(self) -> StandIn:
        self._thread.start()
        return self

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def of(self, ours: str) -> list[dict[str, Any]]:
        """Return what there is for a payment of ours."""
        return [one for one in self.objects.values() if one["metadata"].get("courtyard") == ours]

    def take(
        self, path: str, key: str, token: str, form: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """Answer a request, as Stripe does: once for each idempotency key."""
        if token != f"Bearer {KEY}":
            return 401, _error("invalid_request_error", "api_key_invalid")
        body = json.dumps([path, sorted(form.items())])
        if key in self.answers:
            said, status, answer = self.answers[key]
            if said != body:
                return 400, _error("idempotency_error", "idempotency_key_in_use")
            return status, answer
        status, answer = self._make(path, form)
        if key:
            self.answers[key] = (body, status, answer)
        return status, answer

    def _make(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        kind = {"/v1/payment_intents": "payment_intent", "/v1/payouts": "payout"}.get(path)
        if kind is None:
            return 404, _error("invalid_request_error", "resource_missing")
        if kind == "payout" and self.refuses:
            return 400, _error("invalid_request_error", self.refuses)
        prefix = "pi" if kind == "payment_intent" else "po"
        number = next(self._numbers)
        made: dict[str, Any] = {
            "id": f"{prefix}_{number}",
            "object": kind,
            "amount": int(form["amount"]),
            "currency": form["currency"],
            "metadata": {"courtyard": form["metadata[courtyard]"]},
            "status": "requires_payment_method" if kind == "payment_intent" else "pending",
        }
        if kind == "payment_intent":
            made |= {"client_secret": f"pi_{number}_secret", "amount_received": 0}
        self.objects[made["id"]] = made
        return 200, made

    def message(self, type: str, about: dict[str, Any], at_ms: int) -> tuple[bytes, str]:
        """Return a message and its signature."""
        number = next(self._numbers)
        event = {"id": f"evt_{number}", "object": "event", "type": type, "data": {"object": about}}
        body = json.dumps(event).encode()
        return body, signature(body, at_ms // 1000)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        there = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:  # the library's name
                length = int(self.headers.get("content-length", "0"))
                form = dict(parse_qsl(self.rfile.read(length).decode()))
                key = self.headers.get("idempotency-key", "")
                there.requests.append((self.path, key))
                there.asked.set()
                self.close_connection = True
                if there.down > 0:
                    there.down -= 1
                    self._say(500, _error("api_error", "down"))
                    return
                token = self.headers.get("authorization", "")
                status, answer = there.take(self.path, key, token, form)
                if there.breaks > 0:
                    there.breaks -= 1
                    return
                self._say(status, answer)

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        return Handler


def signature(body: bytes, at: int, secret: str = WEBHOOK_SECRET) -> str:
    """Sign a message of a time in seconds."""
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def _error(type: str, code: str) -> dict[str, Any]:
    return {"error": {"type": type, "code": code, "message": code}}
