"""Refusals of this feature that have a name of their own in the specification."""

from courtyard.base.errors import CourtyardError


class InvalidSignatureError(CourtyardError):
    """A signature is missing, not readable, or not made over these bytes by the key it names.

    spec: client-server-api#post_matrixclientv3keysdevice_signingupload
    """

    code = "e2ee.invalid_signature"


class WrongBackupVersionError(CourtyardError):
    """Keys can only be written to the newest backup.

    spec: client-server-api#put_matrixclientv3room_keyskeys
    """

    code = "e2ee.wrong_backup_version"

    def __init__(self, current_version: str) -> None:
        """Say which backup is the newest, so that the client can go on."""
        message = "Keys can only be written to the newest backup."
        super().__init__(message, current_version=current_version)
