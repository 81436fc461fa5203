import json

import pytest

from tools.checkout import ROOT, Finding
from tools.spec_index import Entry, load
from tools.speccheck import CLIENT_SERVER, Citation, citations, coverage_page, shape

OPENAPI = ROOT.parent / "shared" / "data" / "matrix-client-server-openapi.json"
APPSERVICE = "appservice"

KNOWN = {
    ("rooms/v12", "authorisation-rules"),
    ("rooms/v12", ""),
    ("appendices", "canonical-json"),
    ("client-server-api", "get_matrixclientv3pushers"),
}


def read(docstring: str) -> list[Citation | Finding]:
    return list(citations("a.py", f'def f():\n    """{docstring}"""\n', KNOWN))


@pytest.mark.parametrize(
    "docstring,anchors",
    [
        ("spec: rooms/v12#authorisation-rules", ["authorisation-rules"]),
        ("spec: rooms/v12#authorisation-rules, rule 6.", ["authorisation-rules"]),
        ("spec: appendices#canonical-json.", ["canonical-json"]),
        ("spec: rooms/v12", [""]),
        (
            "Do it.\n\n    spec: rooms/v12#authorisation-rules,\n      appendices#canonical-json\n",
            ["authorisation-rules", "canonical-json"],
        ),
        ("spec: RFC 9112, section 4", []),
        ("This speaks of a spec: but only in passing", []),
    ],
)
def test_a_living_reference_is_understood(docstring: str, anchors: list[str]) -> None:
    found = read(docstring)

    assert [each.anchor for each in found if isinstance(each, Citation)] == anchors
    assert not [each for each in found if isinstance(each, Finding)]


@pytest.mark.parametrize(
    "docstring",
    [
        "spec: rooms/v12#authorization-rules",
        "spec: rooms/v99#authorisation-rules",
        "spec: rooms/v12#authorisation-rules, appendices#gone",
        "spec: rooms/v99",
        "spec: the part about power levels",
        "spec:",
    ],
)
def test_a_dead_reference_is_found_at_its_line(docstring: str) -> None:
    found = [each for each in read(f"Do it.\n\n    {docstring}\n    ") if isinstance(each, Finding)]

    assert [(each.path, each.line) for each in found] == [("a.py", 4)]


def test_the_page_tells_what_is_served_and_what_is_not() -> None:
    index = [
        Entry(CLIENT_SERVER, "get_a", "Things", "GET", "/things/{thingId}"),
        Entry(CLIENT_SERVER, "put_a", "Things", "PUT", "/things/{thingId}"),
    ]
    cited = [Citation("tests/spec/test_things.py", 3, CLIENT_SERVER, "get_a")]
    served = {("GET", shape("/things/{thing_id:str}")): "src/courtyard/things/routes.py"}

    page = coverage_page(index, cited, served)

    assert "1 of 2 are served" in page
    assert "| `GET /things/{thingId}` | `things/routes.py` | `spec/test_things.py` |" in page
    assert "| `PUT /things/{thingId}` | no |  |" in page


@pytest.mark.skipif(not OPENAPI.exists(), reason="the official OpenAPI is not at hand")
def test_the_stored_list_names_every_endpoint_of_the_official_openapi() -> None:
    paths = json.loads(OPENAPI.read_text("utf-8"))["paths"]
    official = {
        (method.upper(), path.strip())
        for path, operations in paths.items()
        for method in operations
        if method in {"get", "post", "put", "delete"} and APPSERVICE not in path
    }
    stored = {(each.method, each.path) for each in load() if each.page == CLIENT_SERVER}

    assert official <= stored
