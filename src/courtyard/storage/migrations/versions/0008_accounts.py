"""The tables of `accounts`."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go forward; there is no way back."""
