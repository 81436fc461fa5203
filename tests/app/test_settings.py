"""Settings: where they come from, which of them wins, and that the manual has every one of them."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from courtyard.app.config import BadSettingsError, load_settings, unknown_variables
from courtyard.app.wiring import Server
from courtyard.base.settings import Settings
from courtyard.cli.main import app
from courtyard.storage.pin import OtherServerNameError, pinned_server_name
from tools.checkout import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
DEFAULTS = Settings()


def test_every_setting_is_in_the_manual_with_its_default() -> None:
    published = {name: default for name, _, default, _ in ROW.findall(PAGE)}
    real = {
        name: f"`{value}`" if (value := getattr(DEFAULTS, name)) != "" else "(empty)"
        for name in Settings.__struct_fields__
    }
    assert published == real


def test_there_are_fewer_than_forty_five() -> None:
    assert len(Settings.__struct_fields__) < 45


def test_the_later_place_wins(tmp_path: Path) -> None:
    file = tmp_path / "courtyard.toml"
    file.write_text('data = "a"\nlisten = "127.0.0.1:1"\nupload_bytes_max = 5\n')
    environ = {"COURTYARD_DATA": "b", "COURTYARD_LISTEN": "127.0.0.1:2", "HOME": "/"}

    settings = load_settings(file, {"data": str(tmp_path), "listen": None}, environ)

    assert settings.data == str(tmp_path)
    assert settings.listen == "127.0.0.1:2"
    assert settings.upload_bytes_max == 5
    assert settings.presence == "on"


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_every_setting_is_also_a_variable(name: str, tmp_path: Path) -> None:
    default = getattr(DEFAULTS, name)
    other = {"default_room_version": "11", "registration": "closed", "log_level": "debug"}
    other |= {"smtp_url": "smtp://mail.example", "mail_from": "a@mail.example"}
    other |= {"link_previews_ports": "8080", "link_previews_networks": "10.0.0.0/8"}
    other |= {"livekit_url": "wss://calls.example", "tls": "own"}
    value: object = other.get(name, "example.org")
    if isinstance(default, int):
        value = 70_000
    elif default in ("on", "off") and name not in other:
        value = "on" if default == "off" else "off"
    elif name == "log_format":
        value = "json"
    given = {} if name == "data" else {"data": str(tmp_path)}

    environ = {f"COURTYARD_{name.upper()}": str(value)}
    if name == "livekit_url":
        environ |= {"COURTYARD_LIVEKIT_API_KEY": "k", "COURTYARD_LIVEKIT_API_SECRET": "s"}
    if name in ("tls_cert", "tls_key"):
        environ = {"COURTYARD_TLS_CERT": str(value), "COURTYARD_TLS_KEY": str(value)}

    settings = load_settings(None, given, environ)

    assert getattr(settings, name) == value != default


@pytest.mark.parametrize(
    "environ,named",
    [
        ({"COURTYARD_REGISTRATION": "maybe"}, "registration"),
        ({"COURTYARD_UPLOAD_BYTES_MAX": "many"}, "upload_bytes_max"),
        ({"COURTYARD_SERVER_NAME": "not a name"}, "server_name"),
        ({"COURTYARD_SMTP_URL": "mail.example:25"}, "smtp_url"),
        ({"COURTYARD_LINK_PREVIEWS_PORTS": "80,443"}, "link_previews_ports"),
        ({"COURTYARD_LINK_PREVIEWS_NETWORKS": "10.0.0.1/8"}, "link_previews_networks"),
        ({"COURTYARD_MAIL_FROM": "a@b\r\nBcc: c@d"}, "mail_from"),
        ({"COURTYARD_LIVEKIT_URL": "https://calls.example"}, "livekit_url"),
        ({"COURTYARD_LIVEKIT_URL": "wss://a; script-src *"}, "livekit_url"),
        ({"COURTYARD_LIVEKIT_URL": "wss://a *"}, "livekit_url"),
        # No calls that nobody could join.
        ({"COURTYARD_LIVEKIT_URL": "wss://calls.example"}, "livekit_api_secret"),
    ],
)
def test_a_bad_value_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(BadSettingsError, match=named):
        load_settings(None, {}, environ)


@pytest.mark.parametrize("text", ["colour = 1", "registration = ", '"'])
def test_a_bad_file_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "courtyard.toml"
    file.write_text(text)
    with pytest.raises(BadSettingsError):
        load_settings(file, {}, {})
    with pytest.raises(BadSettingsError, match="nowhere"):
        load_settings(tmp_path / "nowhere.toml", {}, {})


def test_an_unknown_variable_is_named() -> None:
    environ = {"COURTYARD_REGISTRATON": "open", "COURTYARD_DATA": "x", "PATH": ""}
    assert unknown_variables(environ) == ["COURTYARD_REGISTRATON"]


async def test_a_data_directory_belongs_to_one_name(server: Server, settings: Settings) -> None:
    folder = Path(settings.data)
    await server.stop()
    assert pinned_server_name(folder) == settings.server_name

    # Nobody says a name: it is the directory's own.
    kept = load_settings(None, {"data": settings.data}, {})
    assert kept.server_name == settings.server_name

    other = load_settings(None, {"data": settings.data, "server_name": "else.example"}, {})
    with pytest.raises(OtherServerNameError, match=settings.server_name):
        Server(other)

    # Being refused has let go of the directory.
    again = Server(settings)
    await again.start()
    await again.stop()


def test_the_command_says_so_in_one_line(tmp_path: Path) -> None:
    run = CliRunner()
    here = ["--data", str(tmp_path)]
    made = run.invoke(app, ["admin", "token", "add", "abc", *here, "--server-name", "one.example"])
    assert made.exit_code == 0, made.output

    # Not the usual port: a server of the same machine may be using it.
    elsewhere = ["--server-name", "two.example", "--listen", "127.0.0.1:0"]
    refused = run.invoke(app, ["serve", *here, *elsewhere])

    assert refused.exit_code == 2
    assert "belongs to 'one.example'" in refused.output
    assert "Traceback" not in refused.output


def test_the_version_is_shown() -> None:
    answer = CliRunner().invoke(app, ["--version"])
    assert (answer.exit_code, bool(re.match(r"\d+\.\d+\.\d+", answer.output))) == (0, True)


@pytest.mark.parametrize("blocked", ["the folder", "the folder above", "what is made in it"])
def test_a_data_directory_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, blocked: str
) -> None:
    folder = tmp_path / "data"
    if blocked == "what is made in it":
        (folder / "lock").mkdir(parents=True)
    else:
        folder.write_text("a file in the way")
    asked = folder / "inside" if blocked == "the folder above" else folder
    given = ["--data", str(asked), "--server-name", "one.example"]

    answer = CliRunner().invoke(app, ["serve", *given])

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"courtyard: The data directory {asked} cannot be written: ")
    assert answer.stderr.count("\n") == 1
