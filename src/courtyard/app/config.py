"""Settings from a TOML file, the environment and the command line, later ones winning."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from courtyard.base.errors import CourtyardError
from courtyard.base.ids import parse_server_name
from courtyard.base.settings import Settings

PREFIX = "COURTYARD_"


class BadSettingsError(CourtyardError):
    """A setting is unknown or has a value that cannot be used."""

    code = "app.bad_settings"


def load_settings(
    config: Path | None, given: Mapping[str, object], environ: Mapping[str, str] | None = None
) -> Settings:
    """Merge the file, `COURTYARD_*` variables and what the command line gives.

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
        parse_server_name(settings.server_name)
    except msgspec.ValidationError as error:
        message = f"Settings: {error}"
        raise BadSettingsError(message) from error
    except CourtyardError as error:
        message = "Settings: server_name is not a host name."
        raise BadSettingsError(message) from error
    return settings
