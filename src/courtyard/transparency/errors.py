"""What the log refuses."""

from courtyard.base.errors import CourtyardError


class LeafRefusedError(CourtyardError):
    """A leaf holds something that may not stand in a public log for ever."""

    code = "transparency.leaf_refused"


class MalformedError(CourtyardError):
    """A note, key, checkpoint, proof or policy is not in its format."""

    code = "transparency.malformed"


class BadSignatureError(CourtyardError):
    """A note carries no signature by a key that is asked for, or a wrong one."""

    code = "transparency.bad_signature"


class UnknownLogError(CourtyardError):
    """This server's witness does not follow a log of this origin."""

    code = "transparency.unknown_log"


class OtherSizeError(CourtyardError):
    """The witness has cosigned a tree of another size last; `size` says which."""

    code = "transparency.other_size"

    def __init__(self, size: int) -> None:
        """Keep the size that a proof has to start from."""
        super().__init__(f"The last tree that was cosigned has {size} entries.", size=size)
        self.size = size


class NotProvenError(CourtyardError):
    """A Merkle proof does not lead to the root that it is for."""

    code = "transparency.not_proven"


class MissingTileError(CourtyardError):
    """A tile or entry bundle that a tree of this size must have is missing or cut short."""

    code = "transparency.missing_tile"


class HaltedError(CourtyardError):
    """The log stands still, because going on would fork it. The operator has to see to it."""

    code = "transparency.halted"
