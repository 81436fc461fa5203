"""A server that people use has rules from its first start on, and its log says since when."""

from pathlib import Path

import httpx

from tests.server import running_server


async def test_the_rules_are_published_once(tmp_path: Path) -> None:
    seen = []
    async with running_server(tmp_path) as server:
        for _ in range(2):
            async with httpx.AsyncClient(base_url=server.base_url) as http:
                rules = (await http.get("/_courtyard/conduct/v1/rules")).json()
                vkey = (await http.get("/transparency/log/vkey")).text
            seen.append((rules, vkey))
            assert [each["version"] for each in rules["versions"]] == [1]
            assert "Criticism is protected speech" in str(rules["newest"])
            assert await server.stop() == 0
            await server.start()
    assert seen[0] == seen[1]
