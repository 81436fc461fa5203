"""Write down which sections and endpoints a released Matrix specification has.

`python -m tools.spec_index GIT_DIR v1.19` reads a clone of the specification's repository and writes
`tools/spec_index.tsv`: page, anchor, section, and for an endpoint its method and path. The list is
kept in the checkout, so that `tools.speccheck` knows what may be cited without a network.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from tools.linkcheck import HEADING, prose, slug

INDEX = Path(__file__).with_suffix(".tsv")
TAG_NAMED_ID = re.compile(r"\s*\{(?:#([\w-]+)|id=\"([\w-]+)\")\}\s*$")
SHORTCODE = re.compile(r"\{\{[%<]\s*([a-z-]+)\s+([^%>]*?)\s*/?[%>]\}\}")
ARGUMENT = re.compile(r"(\w+)=\"([^\"]*)\"")
METHODS = ("get", "post", "put", "delete")
SECTION_LEVEL = 2


class Entry(NamedTuple):
    """A place in the specification that code may cite as `page#anchor`."""

    page: str
    anchor: str
    section: str  # the heading of the second level, or the module, that it stands under
    method: str = ""  # set for an endpoint only, upper case
    path: str = ""  # with its parameters in braces


class Specification:
    """The text and the data of one tag, read from a git directory."""

    def __init__(self, git_dir: str, tag: str) -> None:
        """Remember where to read; nothing is read yet."""
        self.git = ["git", f"--git-dir={git_dir}"]
        self.tag = tag

    def read(self, path: str) -> str:
        """Return a file's text."""
        command = [*self.git, "show", f"{self.tag}:{path}"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def names(self, folder: str) -> list[str]:
        """Return the paths of all files under a folder."""
        command = [*self.git, "ls-tree", "-r", "--name-only", self.tag, folder]
        listing = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return listing.splitlines()

    def data(self, path: str) -> dict[str, Any]:
        """Return a YAML file below `data/`, named without its ending."""
        parsed: dict[str, Any] = yaml.safe_load(self.read(f"data/{path}.yaml"))
        return parsed


class Page:
    """Collects the entries of one page, giving equal headings the numbers the website gives them."""

    def __init__(self, spec: Specification, name: str) -> None:
        """Start an empty page."""
        self.spec = spec
        self.name = name
        self.section = ""
        self.entries: dict[str, Entry] = {}

    def add(self, anchor: str, method: str = "", path: str = "") -> None:
        """Add a place, under the section reached so far."""
        unique, count = anchor, 0
        while unique in self.entries:
            count += 1
            unique = f"{anchor}-{count}"
        self.entries[unique] = Entry(self.name, unique, self.section, method, path)

    def walk(self, text: str) -> None:
        """Read a page, and what its shortcodes bring in, from top to bottom."""
        for _, line in prose(text):
            if heading := HEADING.match(line):
                title = heading[1]
                named = TAG_NAMED_ID.search(title)
                title = TAG_NAMED_ID.sub("", title)
                if line.startswith("#" * SECTION_LEVEL + " "):
                    self.section = title
                self.add((named[1] or named[2]) if named else slug(title))
            for code, arguments in SHORTCODE.findall(line):
                self.expand(code, dict(ARGUMENT.findall(arguments)))

    def expand(self, code: str, arguments: dict[str, str]) -> None:
        """Add what a shortcode renders."""
        match code:
            case "cs-module":
                above, self.section = self.section, arguments["name"]
                module = f"content/client-server-api/modules/{arguments['filename']}.md"
                self.walk(self.spec.read(module))
                self.section = above
            case "rver-fragment":
                self.walk(self.spec.read(f"content/rooms/fragments/{arguments['name']}.md"))
            case "http-api":
                self.endpoints(arguments)
            case "event":
                self.add(slug(arguments["event"]))
            case "event-group":
                self.events(arguments["group_name"])
            case "msgtypes":
                self.events("m.room.message$")
            case "definition":
                # A few have their title from another file; nobody has cited one of those yet.
                if title := self.spec.data(arguments["path"]).get("title"):
                    self.add(f"definition-{slug(title)}")

    def endpoints(self, arguments: dict[str, str]) -> None:
        """Add every operation of one OpenAPI file."""
        api = self.spec.data(f"api/{arguments['spec']}/{arguments['api']}")
        base = api["servers"][0]["variables"]["basePath"]["default"]
        prefix = f"{arguments['anchor_base']}_" if "anchor_base" in arguments else ""
        for path, operations in sorted(api["paths"].items()):
            for method in METHODS:
                if method in operations:
                    # One path ends with a space, to tell it from another that is otherwise equal.
                    endpoint = (base + path).strip()
                    self.add(f"{prefix}{method}{slug(endpoint)}", method.upper(), endpoint)

    def events(self, prefix: str) -> None:
        """Add every event schema whose name starts with `prefix`."""
        for path in self.spec.names("data/event-schemas/schema/"):
            name = path.rpartition("/")[2].removesuffix(".yaml")
            if name.startswith(prefix):
                self.add(slug(name.rpartition("$")[2]))


def collect(spec: Specification) -> Iterator[Entry]:
    """Yield every place of every page, in the order of the text."""
    skipped = (
        "content/changelog/",
        "content/rooms/fragments/",
        "content/client-server-api/modules/",
    )
    for path in spec.names("content/"):
        if not path.endswith(".md") or path.startswith(skipped):
            continue
        name = path.removeprefix("content/").removesuffix(".md").removesuffix("_index").rstrip("/")
        page = Page(spec, name)
        page.walk(spec.read(path))
        yield from page.entries.values()


def load() -> list[Entry]:
    """Return the stored list."""
    lines = INDEX.read_text("utf-8").splitlines()
    return [Entry(*line.split("\t")) for line in lines if not line.startswith("#")]


def main(git_dir: str, tag: str) -> None:
    """Write the list for one tag."""
    entries = collect(Specification(git_dir, tag))
    text = "".join("\t".join(entry).rstrip("\t") + "\n" for entry in entries)
    INDEX.write_text(
        f"# Matrix specification {tag}: page, anchor, section, method, path\n{text}", "utf-8"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
