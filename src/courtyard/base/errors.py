"""The base of every expected refusal.

Domain errors know no HTTP. Each class has a stable `code`; one table at the edge
(`courtyard.app.errors`) turns codes into answers, and a test fails when a class has no row there.
"""

from typing import ClassVar


class CourtyardError(Exception):
    """An expected refusal, told to the caller as it is.

    Args:
        message: a plain sentence for the person or program that asked.
        extra: further members of the answer's JSON object (for example `retry_after_ms`).
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, **extra: object) -> None:
        """Keep the sentence and the further members of the answer."""
        super().__init__(message)
        self.message = message
        self.extra = extra


class NotFoundError(CourtyardError):
    """What was named does not exist, or the asker may not know that it does."""

    code = "not_found"


class ForbiddenError(CourtyardError):
    """The asker is known and may not do this."""

    code = "forbidden"


class InvalidParamError(CourtyardError):
    """A parameter is present and has a value that cannot be used."""

    code = "invalid_param"


class MissingParamError(CourtyardError):
    """A required parameter is absent."""

    code = "missing_param"


class BadJsonError(CourtyardError):
    """The body is JSON of the wrong shape."""

    code = "bad_json"


class NotJsonError(CourtyardError):
    """The body is not JSON at all."""

    code = "not_json"


class TooLargeError(CourtyardError):
    """The body, event or file is larger than the stated limit."""

    code = "too_large"


class LimitExceededError(CourtyardError):
    """Too many requests of this kind; `retry_after_ms` says when to come back.

    spec: client-server-api#rate-limiting
    """

    code = "limit_exceeded"

    def __init__(self, message: str, retry_after_ms: int, **extra: object) -> None:
        """Keep how long to wait, in milliseconds."""
        super().__init__(message, retry_after_ms=retry_after_ms, **extra)
        self.retry_after_ms = retry_after_ms


class UnrecognizedError(CourtyardError):
    """No such endpoint.

    spec: client-server-api#common-error-codes
    """

    code = "unrecognized"


class WrongMethodError(CourtyardError):
    """The endpoint exists and does not answer this method."""

    code = "wrong_method"


class UnavailableError(CourtyardError):
    """The server is stopping or its database is busy; asking again is right."""

    code = "unavailable"
