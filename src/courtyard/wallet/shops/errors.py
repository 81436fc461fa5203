"""What shops refuse, beside what the wallet refuses."""

from courtyard.wallet.errors import WalletError


class BadMerchantError(WalletError):
    """What is said of a shop is not a name, a category, a city and a country."""

    code = "wallet.bad_merchant"


class TooManyError(WalletError):
    """There are as many shops, keys, cashiers, or refunds of one order as there may be."""

    code = "wallet.too_many"


class MerchantClosedError(WalletError):
    """The shop takes no payments: it is closed, or its owner has no account any more."""

    code = "wallet.merchant_closed"


class MerchantShortError(WalletError):
    """The shop's account has less than that."""

    code = "wallet.merchant_short"
    is_remembered = True


class ScopeError(WalletError):
    """This key, or this cashier, may not do that."""

    code = "wallet.scope"


class BadOrderError(WalletError):
    """What is said of an order or refund has the wrong shape: its number, its text, its time, its kind."""

    code = "wallet.bad_order"


class NotPaidError(WalletError):
    """An order can be refunded only when it is paid. `org.courtyard.state` says how it stands."""

    code = "wallet.not_paid"


class RefundTooLargeError(WalletError):
    """The refunds of an order would be more than was paid. `org.courtyard.refundable` says what is left."""

    code = "wallet.refund_too_large"
    is_remembered = True


class RefundTooLateError(WalletError):
    """An order can be refunded within a year of its payment."""

    code = "wallet.refund_too_late"
    is_remembered = True


class BadCodeError(WalletError):
    """This is no code of a shop: it cannot be read, or it was damaged."""

    code = "wallet.bad_code"


class ForeignCodeError(WalletError):
    """The code is well made, and for another system or another server."""

    code = "wallet.foreign_code"


class ForgedCodeError(WalletError):
    """The code names a shop of this server, but no shop here made it."""

    code = "wallet.forged_code"


class BadPaycodeError(WalletError):
    """A payer's code cannot be used. Whether it is unknown, used or expired is not said: a guess learns nothing."""

    code = "wallet.bad_paycode"


class BillNotReadyError(WalletError):
    """The day is not over yet, or was over less than an hour ago."""

    code = "wallet.bill_not_ready"
