"""Up to where each pusher has been served."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Go forward; there is no way back."""
    # 0: not begun. The first delivery begins where the stream then is, and not with years of old messages.
    op.add_column(
        "pushers",
        sa.Column("delivered_upto", sa.BigInteger, nullable=False, server_default="0"),
    )
