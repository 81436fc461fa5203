"""Synapse from PyPI, in an environment of its own, as an operator on one machine would run it.

What differs from the generated defaults, and why, is told in docs/bench.md.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench import peers
from bench.servers.stand import Stand

ENVIRONMENT = peers.REPOSITORY / ".venv-synapse"
REQUIREMENTS = Path(__file__).with_name("synapse-requirements.txt")
SERVER_NAME = "bench.localhost"
_UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}


def install() -> None:
    """Make Synapse's environment when it is not there yet."""
    peers.install("Synapse", ENVIRONMENT, REQUIREMENTS)


class Synapse(Stand):
    """One Synapse process on SQLite."""

    name = "Synapse"

    def command(self) -> list[str]:
        """Write the configuration and return the command that serves with it."""
        config = self.work / "homeserver.yaml"
        # JSON is YAML.
        config.write_text(json.dumps(self._config(), indent=1))
        (self.work / "log.yaml").write_text(json.dumps(_LOGGING))
        python = str(ENVIRONMENT / "bin" / "python")
        return [python, "-m", "synapse.app.homeserver", "-c", str(config)]

    def version(self) -> str:
        """Read the version that is installed."""
        question = "import importlib.metadata as m; print(m.version('matrix-synapse'))"
        command = [str(ENVIRONMENT / "bin" / "python"), "-c", question]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        return "matrix-synapse " + answer.stdout.strip()

    def _config(self) -> dict[str, object]:
        key = self.work / "signing.key"
        key.write_text("ed25519 a_bench AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")
        return {
            "server_name": SERVER_NAME,
            "report_stats": False,
            "pid_file": str(self.work / "pid"),
            "signing_key_path": str(key),
            "log_config": str(self.work / "log.yaml"),
            "media_store_path": str(self.data / "media"),
            "macaroon_secret_key": "bench",
            "form_secret": "bench",
            "database": {
                "name": "sqlite3",
                "args": {"database": str(self.data / "homeserver.db")},
            },
            "listeners": [
                {
                    "type": "http",
                    "port": self.address.port,
                    "bind_addresses": [self.address.host],
                    "resources": [{"names": ["client"], "compress": False}],
                }
            ],
            # Nobody to talk to: no federation, no key servers.
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "enable_registration": True,
            "enable_registration_without_verification": True,
            # Set-up only: a thousand accounts at the default cost would take minutes.
            "bcrypt_rounds": 4,
            "presence": {"enabled": False},
            "rc_message": _UNLIMITED,
            "rc_registration": _UNLIMITED,
            "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _UNLIMITED),
            "rc_joins": dict.fromkeys(("local", "remote"), _UNLIMITED),
            "rc_joins_per_room": _UNLIMITED,
            "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _UNLIMITED),
            "rc_room_creation": _UNLIMITED,
            "rc_presence": {"per_user": _UNLIMITED},
        }


# Warnings only: less writing than Synapse's own default of INFO, to its advantage.
_LOGGING: dict[str, object] = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "WARNING", "handlers": ["console"]},
    "disable_existing_loggers": False,
}
