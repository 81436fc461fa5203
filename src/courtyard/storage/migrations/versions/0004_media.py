"""The tables of `media`."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Go forward; there is no way back."""
