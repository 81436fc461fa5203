"""In which language an account is told things: what it says in its account data, and English where it says nothing.

Account data, because every Matrix client can set it, every device of the account sees it, and it is exported and erased
with the rest.
"""

from typing import Final

import msgspec

from courtyard.base.errors import NotFoundError
from courtyard.base.ids import UserId
from courtyard.conduct.rules_letters import ENGLISH, language_for
from courtyard.rooms.account_data import get_account_data
from courtyard.storage.tx import ReadTx

LANGUAGE: Final = "org.courtyard.language"
"""The type of the account data. Its content is `{"language": "zh-CN"}`: a tag of BCP 47."""


class _Content(msgspec.Struct):
    language: str


def language_of(tx: ReadTx, user_id: UserId) -> str:
    """Return the language to tell an account something in: one that there are words for."""
    try:
        content = get_account_data(tx, user_id, None, LANGUAGE)
        return language_for(msgspec.json.decode(content, type=_Content).language)
    except (NotFoundError, msgspec.ValidationError):
        # A client may put anything there. Who cannot be understood is told in English, not left untold.
        return ENGLISH
