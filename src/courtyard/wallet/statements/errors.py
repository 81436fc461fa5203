"""What statements refuse."""

from courtyard.wallet.errors import WalletError


class StatementFormatError(WalletError):
    """There is no statement of this month, or not in this format."""

    code = "wallet.statement_format"
