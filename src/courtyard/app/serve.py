"""Runs a server in this process until SIGTERM or SIGINT, then stops in order."""

import asyncio
import gc
import logging
import signal
import socket
import sys

import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server as Granian

from courtyard.app.config import unknown_variables
from courtyard.app.metrics import LINES_LOST
from courtyard.app.wiring import Server
from courtyard.base.errors import CourtyardError
from courtyard.base.settings import Settings

CONNECTIONS_MAX = 65_536
"""Requests in flight at the most; long polls count."""

GRACE_SECONDS = 10
"""How long requests in flight may still take once a stop was asked for. Long polls are answered at once."""


class ListenError(CourtyardError):
    """The address cannot be listened on."""

    code = "app.listen"


def run(settings: Settings) -> None:
    """Serve until told to stop.

    Raises:
        ListenError: `listen` is malformed, or taken by another program.
    """
    configure_logs(settings)
    for name in unknown_variables():
        structlog.get_logger("server").warning("unknown_setting", name=name)
    # The writer thread and the event loop share the interpreter. The usual 5 ms turn lets one of them hold up the
    # other for longer than a request takes; a much shorter one is spent on changing places.
    sys.setswitchinterval(0.002)
    uvloop.run(_serve(settings))


def configure_logs(settings: Settings) -> None:
    """Write one structured line for each event, to standard error."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The pretty ones print local variables: what people wrote, passwords, tokens.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info
            if settings.log_format == "json"
            else structlog.processors.StackInfoRenderer(),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level.upper()]
        ),
        logger_factory=_lines,
        cache_logger_on_first_use=True,
    )


class _Lines(structlog.PrintLogger):
    """Writes lines to standard error; one that cannot be written is counted instead."""

    def msg(self, message: str) -> None:
        """Write one line. A closed pipe or a full disk must not fail what was being told of."""
        try:
            super().msg(message)
        except (OSError, ValueError):  # the second is a closed file's way to say so
            LINES_LOST.inc()

    log = debug = info = warning = error = critical = msg


def _lines(*_: object) -> _Lines:
    return _Lines(sys.stderr)


def parse_listen(listen: str) -> tuple[str, int]:
    """Split `HOST:PORT`.

    Raises:
        ListenError: it is not of that form.
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:  # the largest port
        message = f"{listen!r} is not HOST:PORT."
        raise ListenError(message)
    return host.strip("[]"), int(port)


def _must_be_free(host: str, port: int) -> None:
    # The HTTP server shares ports by default; two servers on one data directory must not start.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Cannot listen on {host}:{port}: {error.strerror}."
            raise ListenError(message) from error


async def _serve(settings: Settings) -> None:
    log = structlog.get_logger("server")
    host, port = parse_listen(settings.listen)
    _must_be_free(host, port)
    server = Server(settings)
    await server.start()
    await server.publish_rules()
    # What is there now stays: later collections need not look at it.
    gc.freeze()
    gc.enable()
    tls = server.tls
    http = Granian(
        server.asgi,
        host,
        port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=CONNECTIONS_MAX,
        http1_settings=HTTP1Settings(),
        log_enabled=False,
        ssl_cert=tls.cert if tls else None,
        ssl_key=tls.key if tls else None,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    serving = asyncio.create_task(http.serve())
    scheme = "https" if tls else "http"
    log.info("ready", address=f"{scheme}://{host}:{port}", server_name=settings.server_name)
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    # Long polls would hold up the stop for as long as they may wait.
    server.let_go()
    http.stop()  # type: ignore[no-untyped-call]  # the library's stub lacks it
    try:
        await asyncio.wait_for(serving, GRACE_SECONDS)
    except TimeoutError:
        log.warning("requests_cut_off", after_seconds=GRACE_SECONDS)
    await server.stop()
    log.info("stopped")
