"""The tables of `sync`."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go forward; there is no way back."""
