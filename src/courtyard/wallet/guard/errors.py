"""What the guard refuses. None of it is remembered under a key: with the proof the same payment can be made."""

from courtyard.base.errors import CourtyardError
from courtyard.wallet.errors import WalletError


class ProofNeededError(WalletError):
    """This needs a proof that it is really its owner; nothing was done.

    `org.courtyard.reason` says why, `org.courtyard.methods` how, `org.courtyard.proof` what is wrong with the one that was named.
    """

    code = "wallet.proof_needed"


class WrongProofError(WalletError):
    """The PIN is not the one that was set, or the passkey's answer is not right. `org.courtyard.tries_left` counts down."""

    code = "wallet.wrong_proof"


class FactorLockedError(WalletError):
    """The PIN is locked after five wrong ones, or was never set: another way is needed."""

    code = "wallet.factor_locked"


class BadPinError(WalletError):
    """A PIN is six digits, and none of those that are guessed first."""

    code = "wallet.bad_pin"


class BadPasskeyError(WalletError):
    """What the passkey's device sent is not what was asked for, or the key is known already."""

    code = "wallet.bad_passkey"


class LimitReachedError(WalletError):
    """A published limit for the day would be exceeded. `org.courtyard.limit` has its name, its size and when it begins anew."""

    code = "wallet.limit_reached"


class CoolDownError(WalletError):
    """A factor was set by the password alone: until `org.courtyard.until` nothing is paid out, and nobody new is paid."""

    code = "wallet.cool_down"


class BlockedError(WalletError):
    """The wallet may not pay now. `org.courtyard.block` has the whole block: why, since when, until when it is reviewed."""

    code = "wallet.blocked"


class NotEmptyError(WalletError):
    """There is money in it, or on the way: a wallet is closed when it is empty."""

    code = "wallet.not_empty"


class NotReversibleError(WalletError):
    """This cannot be taken back: it is under way, a correction itself, corrected already, or the money is gone."""

    code = "wallet.not_reversible"


class BadPepperError(CourtyardError):
    """The file `pin.key` cannot be read, or holds no key. It is left as it is: every PIN depends on it."""

    code = "wallet.bad_pepper"
