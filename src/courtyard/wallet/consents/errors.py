"""What consents refuse. What came from the state of things is remembered under the merchant's number (`once`)."""

from courtyard.wallet.errors import WalletError


class BadLimitsError(WalletError):
    """The limits of a consent have the wrong shape: the interval, the amount, its currency or scale, the receiver."""

    code = "wallet.bad_limits"


class ConsentNotGrantedError(WalletError):
    """Nobody has said yes: the consent is pending, was refused, or the time to answer is over. `org.courtyard.state` says which."""

    code = "wallet.consent_not_granted"
    is_remembered = True


class ConsentRevokedError(WalletError):
    """The consent was revoked. Nothing more is taken."""

    code = "wallet.consent_revoked"
    is_remembered = True


class ConsentExpiredError(WalletError):
    """The time of the consent, or its last interval, is over."""

    code = "wallet.consent_expired"
    is_remembered = True


class ConsentNotStartedError(WalletError):
    """The first interval has not begun. `org.courtyard.starts_at` says when it does."""

    code = "wallet.consent_not_started"
    is_remembered = True


class ConsentCurrencyError(WalletError):
    """The consent is for another currency."""

    code = "wallet.consent_currency"


class OverChargeError(WalletError):
    """One charge is larger than the consent allows. `org.courtyard.most` says how much it does."""

    code = "wallet.over_charge"


class OverIntervalError(WalletError):
    """The charges of this interval would be more than the consent allows. `org.courtyard.left` says what is left of it."""

    code = "wallet.over_interval"
    is_remembered = True


class PayerCannotError(WalletError):
    """The account does not pay at the moment. Why is its owner's to read."""

    code = "wallet.payer_cannot"
    is_remembered = True


class TooManyConsentsError(WalletError):
    """The account has granted as many consents as it can at a time."""

    code = "wallet.too_many_consents"
