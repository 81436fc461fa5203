"""Settings from a TOML file, the environment and the command line, later ones winning."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from courtyard.app.tls import parse_names
from courtyard.base.errors import CourtyardError
from courtyard.base.ids import ServerName, parse_server_name
from courtyard.base.settings import Settings
from courtyard.base.smtp_url import parse_smtp_url
from courtyard.media.rules_preview import parse_places
from courtyard.storage.pin import pinned_server_name

PREFIX = "COURTYARD_"
OF_COMMANDS = frozenset({"COURTYARD_TOKEN", "COURTYARD_URL"})
"""Variables that are no settings: `courtyard conduct` reads them (`courtyard.cli.court`)."""


class BadSettingsError(CourtyardError):
    """A setting is unknown or has a value that cannot be used."""

    code = "app.bad_settings"


def unknown_variables(environ: Mapping[str, str] | None = None) -> list[str]:
    """Return the `COURTYARD_*` variables that name no setting: misspelt, or of another version."""
    known = set(Settings.__struct_fields__)
    given = os.environ if environ is None else environ
    return sorted(
        name
        for name in given
        if name.startswith(PREFIX)
        and name not in OF_COMMANDS
        and name.removeprefix(PREFIX).lower() not in known
    )


def load_settings(
    config: Path | None, given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> Settings:
    """Merge the file, `COURTYARD_*` variables and what the command line gives.

    Where none of them gives `server_name`, a data directory that belongs to a name already keeps it.

    Raises:
        BadSettingsError: the message names the setting.
    """
    values: dict[str, object] = {}
    if config is not None:
        try:
            values.update(tomllib.loads(config.read_text("utf-8")))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            message = f"Cannot read {config}: {error}"
            raise BadSettingsError(message) from error
    known = set(Settings.__struct_fields__)
    for name, value in (os.environ if environ is None else environ).items():
        key = name.removeprefix(PREFIX).lower()
        if name.startswith(PREFIX) and key in known:
            values[key] = value
    values.update({key: value for key, value in given.items() if value is not None})
    try:
        settings = msgspec.convert(values, Settings, strict=False)
        if "server_name" not in values:
            pinned = pinned_server_name(Path(settings.data))
            if pinned is not None:
                settings = msgspec.structs.replace(settings, server_name=ServerName(pinned))
        parse_server_name(settings.server_name)
    except msgspec.ValidationError as error:
        message = f"Settings: {error}"
        raise BadSettingsError(message) from error
    except CourtyardError as error:
        message = "Settings: server_name is not a host name."
        raise BadSettingsError(message) from error
    try:
        if settings.smtp_url:
            parse_smtp_url(settings.smtp_url)
        parse_places(settings.link_previews_ports, settings.link_previews_networks)
        parse_names(settings.tls_names)
    except CourtyardError as error:
        raise BadSettingsError(f"Settings: {error.message}") from error
    if settings.livekit_url and not (settings.livekit_api_key and settings.livekit_api_secret):
        message = "Settings: livekit_url needs livekit_api_key and livekit_api_secret."
        raise BadSettingsError(message)
    if bool(settings.tls_cert) != bool(settings.tls_key):
        message = "Settings: tls_cert and tls_key need each other."
        raise BadSettingsError(message)
    if settings.tls == "own" and settings.tls_cert:
        message = "Settings: tls_cert is another certificate than that of tls = own; choose one."
        raise BadSettingsError(message)
    return settings
