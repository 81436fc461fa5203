"""HTTP for everybody."""

ROUTES: list[object] = []
