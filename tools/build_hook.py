"""Puts the built web client into a wheel. An editable install serves what `make web` made."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import web


class WebClientHook(BuildHookInterface):  # type: ignore[misc]  # hatchling is not there to be looked at
    """Builds the client before a wheel or source distribution is packed."""

    def dependencies(self) -> list[str]:
        """Name what the build needs beside hatchling: Node.js, where there is something to build."""
        return [] if _is_there() else [web.NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it, unless the build is editable or it is there already, as it is in a source distribution."""
        del build_data
        if version != "editable" and not _is_there():
            web.build()


def _is_there() -> bool:
    return web.is_fresh() or not web.WEB.exists()
