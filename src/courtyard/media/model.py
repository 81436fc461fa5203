"""The words of media.

A *media item* is what an `mxc://` URI names: who uploaded it, its type and name. A *blob* is its bytes, kept once however
many items have the same. A *link* is a mention of an item by an event or a profile. A *variant* is one size of
thumbnail.
"""

from typing import Literal, NewType

import msgspec

from courtyard.base.ids import TimestampMs, UserId

MediaId = NewType("MediaId", str)
Method = Literal["scale", "crop"]


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded item and where its bytes are."""

    media_id: MediaId
    user_id: UserId
    content_type: str
    filename: str | None
    sha256: str
    """Of the bytes, in hexadecimal."""
    size_bytes: int
    key: str
    """The blob's key in the blob store."""


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """An id that was given out and has no bytes yet."""

    media_id: MediaId
    user_id: UserId
    expires_at: TimestampMs


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that lie in the blob store under a key of their own and belong to nothing yet."""

    key: str
    sha256: str
    size_bytes: int


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What an uploader says about a file."""

    content_type: str
    filename: str | None


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One size of thumbnail, as it is made and kept."""

    width: int
    height: int
    method: Method
    animated: bool

    @property
    def name(self) -> str:
        """Return its key among the thumbnails of a blob."""
        return f"{self.width}x{self.height}-{self.method}" + ("-animated" if self.animated else "")


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True):
    """A thumbnail that was made before."""

    content_type: str
    size_bytes: int
    key: str | None
    """Where its bytes are; None: the original serves as it is."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A thumbnail just made."""

    content_type: str
    body: bytes | None
    """None: the original serves as it is."""
