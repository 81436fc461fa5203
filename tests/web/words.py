"""The client's own words in one language, for journeys that go the same way in both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).resolve().parents[2] / "web" / "src" / "locales"


class Words:
    """What the client says in a language."""

    def __init__(self, language: str) -> None:
        """Read one file for each section, as the client does."""
        self.language = language
        self._sections: dict[str, Any] = {
            path.stem: json.loads(path.read_text("utf-8"))
            for path in (LOCALES / language).glob("*.json")
        }

    def __call__(self, key: str, **filled: str) -> str:
        """Return the words of a key, as `talk.more`."""
        found: Any = self._sections
        for part in key.split("."):
            found = found[part]
        words = str(found)
        for name, value in filled.items():
            words = words.replace("{{" + name + "}}", value)
        return words
