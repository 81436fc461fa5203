"""The tables of `push`."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go forward; there is no way back."""
