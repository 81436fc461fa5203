"""What mini-app payments refuse."""

from courtyard.wallet.errors import WalletError


class BadAppError(WalletError):
    """What is said of an app has the wrong shape: its name, or its Ed25519 public key."""

    code = "wallet.bad_app"


class AppNotVerifiedError(WalletError):
    """No operator has checked this app, so it cannot ask for payments."""

    code = "wallet.app_not_verified"


class BadPackageError(WalletError):
    """A launch package has the wrong shape."""

    code = "wallet.bad_package"


class BadSignatureError(WalletError):
    """The launch package was not signed by the app's server."""

    code = "wallet.bad_signature"


class StalePackageError(WalletError):
    """The launch package was signed too long ago, or is from the future. `org.courtyard.now` is this server's time."""

    code = "wallet.stale_package"


class NonceUsedError(WalletError):
    """The launch package was used, by somebody else or for something else."""

    code = "wallet.nonce_used"


class BadInvoiceError(WalletError):
    """What is said of an invoice has the wrong shape: its title, payload, or prices."""

    code = "wallet.bad_invoice"
