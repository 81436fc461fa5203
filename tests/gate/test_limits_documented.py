"""The published table of limits is the one in the code."""

import re
from pathlib import Path

from courtyard.accounts import throttle
from courtyard.gate import limits

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
ROW = re.compile(r"^\| `(\w+)` \|.*\| (\d+) \| ([\d.]+) s \|$", re.MULTILINE)


def test_every_limit_is_published_as_it_is() -> None:
    published = {
        name: (int(burst), round(float(seconds) * 1000))
        for name, burst, seconds in ROW.findall(PAGE.read_text("utf-8"))
    }
    real = {limit.name: (limit.burst, limit.every_ms) for limit in throttle.LIMITS + limits.LIMITS}
    assert published == real
