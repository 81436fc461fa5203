"""The tables of `gate`."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go forward; there is no way back."""
