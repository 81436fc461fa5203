"""What webhooks refuse."""

from courtyard.wallet.errors import WalletError


class BadUrlError(WalletError):
    """No messages can be sent to this address: it is not https, or a place near this server, or no address."""

    code = "wallet.bad_url"


class BadKindsError(WalletError):
    """The list of what an endpoint wants to be told of is empty, or names something that does not exist."""

    code = "wallet.bad_kinds"


class EndpointExistsError(WalletError):
    """The merchant has an endpoint at this address already. `org.courtyard.id` names it."""

    code = "wallet.endpoint_exists"


class TooManyEndpointsError(WalletError):
    """The merchant has as many endpoints as one can have."""

    code = "wallet.too_many_endpoints"


class TooManySecretsError(WalletError):
    """The endpoint's secret was changed so often that no more can be valid at a time. One of them ends within a day."""

    code = "wallet.too_many_secrets"


class NotEndedError(WalletError):
    """The message is still on its way."""

    code = "wallet.not_ended"


class TooManyRoundsError(WalletError):
    """The message was sent again as often as one can be."""

    code = "wallet.too_many_rounds"
