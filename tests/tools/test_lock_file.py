import tomllib
from urllib.parse import urlsplit

from tools.checkout import ROOT

LOCK = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
PUBLIC = {"pypi.org", "files.pythonhosted.org"}


def test_everything_comes_from_the_public_index() -> None:
    hosts = set()
    for package in LOCK["package"]:
        hosts.add(urlsplit(package["source"].get("registry", "https://pypi.org")).hostname)
        for distribution in [*package.get("wheels", []), package.get("sdist", {})]:
            hosts.add(urlsplit(distribution.get("url", "https://pypi.org")).hostname)

    assert hosts == PUBLIC


def test_every_file_of_it_has_a_hash() -> None:
    distributions = [
        distribution
        for package in LOCK["package"]
        for distribution in [*package.get("wheels", []), package.get("sdist")]
        if distribution is not None
    ]

    assert distributions
    assert all(each["hash"].startswith("sha256:") for each in distributions)
