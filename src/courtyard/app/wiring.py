"""Puts the parts together: the only module that knows all of them."""

import fcntl
import functools
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import msgspec
import structlog
from litestar import Litestar, Request
from litestar.di import Provide
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response import Response
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from litestar.types import ASGIApp, Receive, Scope, Send

from courtyard.accounts import routes as accounts_routes
from courtyard.accounts.account import ON_DEACTIVATED
from courtyard.accounts.devices import ON_DEVICE_ADDED, ON_DEVICE_DELETED, ON_DEVICE_RENAMED
from courtyard.accounts.model import Session
from courtyard.accounts.profile import ON_PROFILE_CHANGED, WITHHELD_BY
from courtyard.accounts.request import session_of
from courtyard.accounts.session import Sessions
from courtyard.app import routes as app_routes
from courtyard.app.choose_tls import tls_of
from courtyard.app.clock import SystemClock
from courtyard.app.edge import FAULT, WRONG_METHOD, Edge, HotTable, decode_segment
from courtyard.app.errors import answer
from courtyard.app.metrics import FAULTS
from courtyard.app.safeguard import Safeguard
from courtyard.app.tls import Tls
from courtyard.app.web_client import WebClient
from courtyard.archive import export, routes_export
from courtyard.archive import routes as archive_routes
from courtyard.archive.builder import Builder, Places
from courtyard.archive.sections import SECTIONS
from courtyard.base import json_limits
from courtyard.base.clock import Clock
from courtyard.base.errors import (
    BadJsonError,
    CourtyardError,
    InvalidParamError,
    MissingParamError,
    NotJsonError,
    TooLargeError,
    UnrecognizedError,
    WrongMethodError,
)
from courtyard.base.hot import HotRoute
from courtyard.base.settings import Settings
from courtyard.bus.memory import MemoryBus
from courtyard.conduct import legal
from courtyard.conduct import routes as conduct_routes
from courtyard.conduct.archive_section import pieces as conduct_section
from courtyard.conduct.caretaker import Caretaker
from courtyard.conduct.forget import forget_account as forget_conduct
from courtyard.conduct.mailing import Mailer
from courtyard.conduct.notices import deliver
from courtyard.conduct.publish import publish_default_rules
from courtyard.e2ee import routes as e2ee_routes
from courtyard.e2ee.device_lists import load_memory, note_device
from courtyard.e2ee.forget import forget_device, forget_keys
from courtyard.gate import admit, withheld
from courtyard.media import links as media_links
from courtyard.media import routes as media_routes
from courtyard.media.previews import Previews
from courtyard.media.sweep import Sweeper
from courtyard.media.thumbnails import Workshop
from courtyard.push import pushers
from courtyard.push import routes as push_routes
from courtyard.push.forget import forget_account
from courtyard.rooms import forget as rooms_forget
from courtyard.rooms import routes as rooms_routes
from courtyard.rooms import routes_send
from courtyard.rooms.typing import Typing
from courtyard.rooms.update_profile import ON_TOLD
from courtyard.rooms.views import Views
from courtyard.search import routes as search_routes
from courtyard.storage.blobs import BlobStore
from courtyard.storage.database import Database
from courtyard.storage.migrate import migrate
from courtyard.storage.sealing_key import Vault
from courtyard.storage.signing_key import SigningKey, load_or_make
from courtyard.storage.world import World
from courtyard.sync import routes as sync_routes
from courtyard.sync import routes_filter, routes_old, routes_presence
from courtyard.sync import routes_keys as sync_routes_keys
from courtyard.sync.fast import FastPath
from courtyard.sync.notified import candidates
from courtyard.sync.notifier import Notifier
from courtyard.sync.presence import tell_profile
from courtyard.sync.pushing import Pushing
from courtyard.transparency import routes as transparency_routes
from courtyard.transparency.errors import HaltedError
from courtyard.transparency.integrate import Integrator
from courtyard.wallet import routes as wallet_routes
from courtyard.wallet.apps import routes as apps_routes
from courtyard.wallet.archive_section import pieces as wallet_section
from courtyard.wallet.consents import answer as consents_answer
from courtyard.wallet.consents import routes as consents_routes
from courtyard.wallet.guard import routes as guard_routes
from courtyard.wallet.guard.blocks import TELL, Teller
from courtyard.wallet.guard.factors import forget_account as forget_factors
from courtyard.wallet.guard.names import NAMES as PAYEE_NAMES
from courtyard.wallet.guard.pepper import Pepper
from courtyard.wallet.rails import pay
from courtyard.wallet.rails import routes as rails_routes
from courtyard.wallet.rails.sender import Sender
from courtyard.wallet.shops import merchants, paycodes, routes_webhooks
from courtyard.wallet.shops import routes as shops_routes
from courtyard.wallet.shops import routes_codes as shops_routes_codes
from courtyard.wallet.shops import routes_orders as shops_routes_orders
from courtyard.wallet.shops.archive_section import pieces as shops_section
from courtyard.wallet.shops.asker import asker_of
from courtyard.wallet.shops.model import Asker
from courtyard.wallet.shops.sweep import Sweeper as ShopSweeper
from courtyard.wallet.statements import routes as statements_routes
from courtyard.wallet.sweep import Sweeper as WalletSweeper
from courtyard.wallet.webhooks.courier import Courier

log = structlog.get_logger("app")

JSON_BYTES_MAX = 8 * 1024 * 1024
"""The largest JSON body: a full key backup in one request stays below it."""

DATABASE_FILE = "courtyard.db"

# What higher floors hang on a device or an account goes with it, in the same transaction.
ON_DEVICE_DELETED.append(pushers.forget_device)
ON_DEVICE_DELETED.append(forget_device)
ON_DEVICE_DELETED.append(paycodes.forget_device)
ON_DEVICE_ADDED.append(note_device)
ON_DEVICE_RENAMED.append(note_device)
# Before the rooms, in which it takes back what it told.
ON_DEACTIVATED.append(forget_conduct)
ON_DEACTIVATED.append(forget_account)
ON_DEACTIVATED.append(forget_keys)
ON_DEACTIVATED.append(consents_answer.forget_account)
ON_DEACTIVATED.append(rooms_forget.forget_account)
ON_DEACTIVATED.append(media_links.forget_account)
ON_DEACTIVATED.append(export.forget_account)
ON_DEACTIVATED.append(legal.forget_account)
ON_DEACTIVATED.append(forget_factors)
ON_PROFILE_CHANGED.append(media_links.link_profile)
ON_TOLD.append(tell_profile)
WITHHELD_BY.append(withheld.profile_note)
SECTIONS["conduct"] = conduct_section
SECTIONS["wallet"] = wallet_section
SECTIONS["shops"] = shops_section
TELL.append(deliver)
PAYEE_NAMES.update(dict.fromkeys(("order", "charge", "consent"), merchants.name_of_payee))
PAYEE_NAMES["payout"] = pay.name_of


class Server:
    """A homeserver, ready to be mounted on an ASGI server (`asgi`) or called in a test."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        """Open (and if needed make or migrate) the data directory of `settings`."""
        folder = Path(settings.data)
        self.settings = settings
        self.world = World(clock or SystemClock(), settings)
        self.bus = MemoryBus()
        self._lock = _lock(folder)
        try:
            # First: a server that cannot speak to anybody leaves no database behind.
            self.tls = tls_of(settings, self.world.clock.now_ms())
            path = folder / DATABASE_FILE
            migrate(path)
            self.signing_key = load_or_make(folder)
            self.world.memory(Vault).open(folder)
            self.world.memory(Pepper).open(folder)
            self.db = Database(path, self.world, self.bus)
        except BaseException:
            self._lock.close()
            raise
        # Before the notifier, so that it has heard of a change when polls are woken by it.
        self.fast = FastPath(self.db)
        self.notifier = Notifier(self.db)
        self.blobs = BlobStore(folder / "media")
        self.archives = BlobStore(folder / "archives")
        framework()  # Built now, so that no request waits for it.
        self.asgi = Edge(
            self._framework,
            HotTable(self._hot_routes()),
            WebClient(livekit_url=settings.livekit_url),
            log_requests=settings.log_level == "debug",
        )

    async def start(self) -> None:
        """Start the writer and the background work, on the running event loop."""
        self.db.start()
        await self.db.write(admit.load)
        await self.db.write(withheld.load)
        await self.db.read(load_memory)
        await self.world.memory(Sweeper).start(self.db, self.blobs)
        await self.world.memory(Pushing).start(self.db)
        await self.world.memory(Integrator).start(self.db)
        await self.world.memory(Caretaker).start(self.db)
        places = Places(self.db, self.blobs, self.archives, self.signing_key)
        await self.world.memory(Builder).start(places)
        await self.world.memory(Mailer).start(self.db)
        await self.world.memory(WalletSweeper).start(self.db)
        await self.world.memory(Courier).start(self.db)
        await self.world.memory(ShopSweeper).start(self.db)
        await self.world.memory(Teller).start(self.db)
        await self.world.memory(Sender).start(self.db)
        await self.world.memory(Safeguard).start(self.db)
        # What is only in memory counts from the time: later than all that an earlier process gave out.
        self.world.memory(Views).start_at(self.db.position)
        self.fast.start_at(self.db.position)
        self.world.memory(Typing).start_at(self.world.clock.now_ms())

    async def publish_rules(self) -> None:
        """Give a new server the rules that come with the program: nothing can be decided by rules nobody could read."""
        try:
            await self.db.write(publish_default_rules)
        except HaltedError:
            # The log has said why it stands still. The server runs; without a log nothing is decided.
            log.warning("rules_not_published")

    def let_go(self) -> None:
        """Answer every long poll now, and from now on: a stop is near."""
        self.notifier.let_go()

    async def stop(self) -> None:
        """Answer what waits, finish what is queued, close the database."""
        self.let_go()
        await self.world.memory(Caretaker).stop()
        await self.world.memory(WalletSweeper).stop()
        await self.world.memory(Courier).stop()
        await self.world.memory(ShopSweeper).stop()
        await self.world.memory(Teller).stop()
        await self.world.memory(Sender).stop()
        await self.world.memory(Safeguard).stop()
        await self.world.memory(Pushing).stop()
        await self.world.memory(Mailer).stop()
        await self.world.memory(Builder).stop()
        await self.world.memory(Previews).stop()
        await self.world.memory(Workshop).stop()
        await self.world.memory(Sweeper).stop()
        await self.world.memory(Integrator).stop()
        await self.world.memory(Sessions).flush(self.db)
        await self.db.close()
        self._lock.close()

    def _hot_routes(self) -> list[HotRoute]:
        return [
            *routes_send.hot_routes(self.db),
            *sync_routes.hot_routes(self.db, self.notifier, self.fast),
        ]

    async def _framework(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SERVER] = self  # type: ignore[literal-required]  # a key of our own
        await framework()(scope, receive, send)


SERVER = "courtyard.server"
"""Where a request's scope says which server of this process it is for."""

SESSION = "courtyard.session"
"""Where it says who sends it, once that is known."""

ASKER = "courtyard.asker"
"""Where it says so at endpoints that take a merchant's key as well."""


class _Framework(Litestar):
    """Litestar with its plugin for msgspec alone. The others load whatever of pydantic and attrs happens to be installed."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


@functools.cache
def framework() -> Litestar:
    """Return the framework's application: once for each process, because building it takes longer than most tests."""

    def part(name: str) -> Provide:
        def of_server(scope: Scope) -> object:
            return getattr(scope[SERVER], name)  # type: ignore[literal-required]

        return Provide(of_server, sync_to_thread=False)

    return _Framework(
        route_handlers=[
            *app_routes.ROUTES,
            *accounts_routes.ROUTES,
            *e2ee_routes.ROUTES,
            *media_routes.ROUTES,
            *push_routes.ROUTES,
            *push_routes.notification_routes(candidates),
            *sync_routes_keys.ROUTES,
            *rooms_routes.ROUTES,
            *routes_filter.ROUTES,
            *routes_presence.ROUTES,
            *routes_old.ROUTES,
            *search_routes.ROUTES,
            *archive_routes.ROUTES,
            *transparency_routes.ROUTES,
            *routes_export.ROUTES,
            *conduct_routes.ROUTES,
            *wallet_routes.ROUTES,
            *shops_routes.ROUTES,
            *routes_webhooks.ROUTES,
            *apps_routes.ROUTES,
            *consents_routes.ROUTES,
            *shops_routes_orders.ROUTES,
            *shops_routes_codes.ROUTES,
            *guard_routes.ROUTES,
            *rails_routes.ROUTES,
            *statements_routes.ROUTES,
        ],
        dependencies={
            "db": part("db"),
            "settings": part("settings"),
            "blobs": part("blobs"),
            "archives": part("archives"),
            "signing_key": part("signing_key"),
            "notifier": part("notifier"),
            "tls": part("tls"),
            "json_body": Provide(_json_body),
            "session": Provide(_session),
            "asker": Provide(_asker),
        },
        middleware=[_who_first, _decode_path_params],
        exception_handlers={
            CourtyardError: _tell,
            HTTPException: _tell_http,
            msgspec.ValidationError: _tell_shape,
            Exception: _tell_fault,
        },
        openapi_config=None,
        request_max_body_size=JSON_BYTES_MAX,
        signature_types=[Database, Settings, BlobStore, Notifier, SigningKey, Tls],
        logging_config=None,
    )


class DataFolderError(CourtyardError):
    """The data directory cannot be made, or nothing can be written there."""

    code = "app.data_folder"


class DataInUseError(CourtyardError):
    """Another server runs on the same data directory."""

    code = "app.data_in_use"


def _lock(folder: Path) -> IO[str]:
    """Make the data directory and hold it for this process; the system lets go of it however the process ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "lock").open("w")
    except OSError as error:
        message = f"The data directory {folder} cannot be written: {error.strerror}."
        raise DataFolderError(message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        message = f"Another server is running on {folder}."
        raise DataInUseError(message) from error
    return handle


def _who_first(app: ASGIApp) -> ASGIApp:
    """Authenticate before anything else is looked at: a stranger learns nothing about parameters."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["route_handler"].parsed_fn_signature.parameters
        db = scope[SERVER].db  # type: ignore[literal-required]
        if "session" in wanted:
            scope[SESSION] = session_of(db, scope)  # type: ignore[literal-required]
        elif "asker" in wanted:
            scope[ASKER] = asker_of(db, scope)  # type: ignore[literal-required]
        await app(scope, receive, send)

    return middleware


def _decode_path_params(app: ASGIApp) -> ASGIApp:
    """Litestar routed on the encoded path; handlers get decoded parameters."""

    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        params: dict[str, Any] = scope.get("path_params", {})
        if params:
            scope["path_params"] = {name: decode_segment(value) for name, value in params.items()}
        await app(scope, receive, send)

    return middleware


async def _session(scope: Scope) -> Session:
    found: Session = scope[SESSION]  # type: ignore[literal-required]
    return found


async def _asker(scope: Scope) -> Asker:
    found: Asker = scope[ASKER]  # type: ignore[literal-required]
    return found


async def _json_body(request: Request[Any, Any, Any]) -> dict[str, object]:
    return json_limits.decode_object(await request.body())


def _tell(_request: Request[Any, Any, Any], error: CourtyardError) -> Response[bytes]:
    status, body, headers = answer(error)
    return Response(
        body,
        status_code=status,
        media_type="application/json",
        headers={name.decode(): value.decode() for name, value in headers},
    )


def _tell_shape(request: Request[Any, Any, Any], error: msgspec.ValidationError) -> Response[bytes]:
    return _tell(request, BadJsonError(f"{error}."))


def _tell_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """Say in the Matrix form what the framework refused before a handler ran."""
    kind: Callable[[str], CourtyardError]
    detail = error.detail or "The request cannot be understood."
    if isinstance(error, NotFoundException):
        kind, detail = UnrecognizedError, "There is no such endpoint."
    elif isinstance(error, MethodNotAllowedException):
        kind, detail = WrongMethodError, WRONG_METHOD
    elif error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
        kind, detail = TooLargeError, "The body is too large."
    elif isinstance(error, ValidationException):
        missing = "required" in str(error.extra).lower() or "missing" in detail.lower()
        kind = MissingParamError if missing else InvalidParamError
        detail = f"A parameter is missing or has a wrong value: {_names(error)}."
    elif isinstance(error.__cause__, msgspec.DecodeError):
        kind, detail = NotJsonError, "The body is not valid JSON."
    else:
        kind = InvalidParamError
    return _tell(request, kind(detail))


def _tell_fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Note a broken invariant, and say no more than that there is one."""
    log.error("fault", method=request.method, path=request.url.path, exc_info=error)
    FAULTS.inc()
    return Response(FAULT, status_code=500, media_type="application/json")


def _names(error: HTTPException) -> str:
    extra = error.extra
    if isinstance(extra, list):
        return ", ".join(str(item.get("key", "")) for item in extra if isinstance(item, dict))
    return "see the documentation"
