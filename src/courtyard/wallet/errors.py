"""What the wallet refuses. A refusal that depends on the state is remembered under the client's key (`once`)."""

from typing import ClassVar

from courtyard.base.errors import CourtyardError


class WalletError(CourtyardError):
    """The base of the wallet's own refusals; never raised itself."""

    code = "wallet.refused"
    is_remembered: ClassVar[bool] = False
    """Whether the same request is refused again for ever, even when the state would allow it by then."""

    def __init_subclass__(cls) -> None:
        """Note what is remembered, so that a replay of the request can raise it again."""
        super().__init_subclass__()
        if cls.is_remembered:
            REMEMBERED[cls.code] = cls


REMEMBERED: dict[str, type[WalletError]] = {}
"""Code → error, to raise a remembered refusal again (`once`)."""


class BadAmountError(WalletError):
    """An amount is not a whole number of minor units above nought, written as a string of digits."""

    code = "wallet.bad_amount"


class BadKeyError(WalletError):
    """The client's own key for a payment is missing, or too long."""

    code = "wallet.bad_key"


class KeyReusedError(WalletError):
    """The same key came before with another body. Nothing was done."""

    code = "wallet.key_reused"


class UnknownCurrencyError(WalletError):
    """This server has no such currency."""

    code = "wallet.unknown_currency"


class CurrencyExistsError(WalletError):
    """There is a currency of this code, and it stays as it is."""

    code = "wallet.currency_exists"


class FiatNotOfferedError(WalletError):
    """The operator has not chosen a mode in which official money may be held."""

    code = "wallet.fiat_not_offered"


class BadRecipientError(WalletError):
    """Whoever is to get or to pay the money is not in the room, has no account here, or is the asker."""

    code = "wallet.bad_recipient"


class BadSplitError(WalletError):
    """The money cannot be split like this: too many shares, or less than one unit for one of them."""

    code = "wallet.bad_split"


class InsufficientFundsError(WalletError):
    """There is less money than asked for, without what is held for others."""

    code = "wallet.insufficient_funds"
    is_remembered = True


class TooMuchError(WalletError):
    """The balance of an account would leave the range in which the ledger is exact."""

    code = "wallet.too_much"
    is_remembered = True


class EndedError(WalletError):
    """It has ended already, and an end is final. `org.courtyard.state` says how."""

    code = "wallet.ended"
    is_remembered = True


class ExpiredError(WalletError):
    """Its time is over. What was not taken goes back the way it came."""

    code = "wallet.expired"
    is_remembered = True


class NotIndependentError(WalletError):
    """Two operators are needed: who proposed something cannot approve it."""

    code = "wallet.not_independent"
