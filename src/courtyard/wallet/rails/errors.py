"""What the rails refuse."""

from courtyard.base.errors import CourtyardError
from courtyard.wallet.errors import WalletError


class UnknownRailError(WalletError):
    """There is no such way in or out, or it does not carry this currency in this direction."""

    code = "wallet.unknown_rail"


class BadPayeeError(WalletError):
    """Nothing can be paid out to this: the IBAN is none, the name is missing or too long."""

    code = "wallet.bad_payee"


class RailUnavailableError(WalletError):
    """The other side does not answer. Nothing is lost: the same request, with the same key, goes on where this one stopped."""

    code = "wallet.rail_unavailable"


class BadSignatureError(WalletError):
    """A message that should come from the other side of a rail is not signed by it, or too old."""

    code = "wallet.bad_rail_signature"


class BadBankFileError(CourtyardError):
    """The file is none that can be read, or is about another account. Nothing of it was taken."""

    code = "wallet.bad_bank_file"


class NotAssignableError(WalletError):
    """The line is matched already, or what it tells of cannot go where it was to go."""

    code = "wallet.not_assignable"
