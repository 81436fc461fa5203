"""What media refuses."""

from courtyard.base.errors import CourtyardError


class NotYetUploadedError(CourtyardError):
    """The item's id was given out, its bytes have not come yet.

    spec: client-server-api#get_matrixclientv1mediadownloadservernamemediaid
    """

    code = "media.not_yet_uploaded"


class CannotOverwriteError(CourtyardError):
    """The item has its bytes already, and they never change.

    spec: client-server-api#put_matrixmediav3uploadservernamemediaid
    """

    code = "media.cannot_overwrite"


class CannotThumbnailError(CourtyardError):
    """The item is no picture that this server can read.

    spec: client-server-api#get_matrixclientv1mediathumbnailservernamemediaid
    """

    code = "media.cannot_thumbnail"


class QuotaExceededError(CourtyardError):
    """The account's files are as many bytes as its published quota allows.

    spec: client-server-api#common-error-codes
    """

    code = "media.quota_exceeded"


class PreviewsOffError(CourtyardError):
    """This server fetches no pages for its users."""

    code = "media.previews_off"


class PreviewUnavailableError(CourtyardError):
    """There is no preview of this address. Why is not told: a stranger learns nothing of what is near this server."""

    code = "media.preview_unavailable"
