"""The tables of `e2ee`."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Go forward; there is no way back."""
