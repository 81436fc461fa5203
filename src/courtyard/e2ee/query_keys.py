"""`/keys/query`: which keys do these users have?"""

from collections.abc import Iterable
from typing import Any

import msgspec

from courtyard.base.ids import DeviceId, UserId, domain
from courtyard.e2ee import store
from courtyard.e2ee.known_devices import display_names
from courtyard.e2ee.model import Json, KeyQuery, Signature
from courtyard.e2ee.rules_keys import with_visible_signatures
from courtyard.storage.tx import ReadTx

_MEMBERS = {"master": "master_keys", "self_signing": "self_signing_keys"}


def query_keys(tx: ReadTx, asker: UserId, query: KeyQuery) -> dict[str, Any]:
    """Return the keys of the users asked for, with the signatures that the asker may see.

    A known user without keys has an empty entry; an unknown one has none. Users of other servers are
    failures, because this server speaks to no others yet. The user-signing key is shown to its
    owner alone.

    spec: client-server-api#post_matrixclientv3keysquery
    """
    answer: dict[str, Any] = {
        "device_keys": {},
        "failures": {},
        "master_keys": {},
        "self_signing_keys": {},
        "user_signing_keys": {},
    }
    for user_id, device_ids in query.device_keys.items():
        if domain(user_id) != domain(asker):
            if domain(user_id):
                answer["failures"][domain(user_id)] = {}
            continue
        names = display_names(tx, user_id)
        if names is not None:
            _Answered(tx, asker, user_id).add_to(answer, names, device_ids)
    return answer


class _Answered:
    """The keys of one user, as one asker sees them."""

    def __init__(self, tx: ReadTx, asker: UserId, owner: UserId) -> None:
        self._asker = asker
        self._owner = owner
        self._signatures: dict[str, list[Signature]] = store.signatures(tx, owner, asker)
        self._cross_signing = store.cross_signing_keys(tx, owner)
        self._devices = store.device_keys(tx, owner)
        user_signing = self._cross_signing.get("user_signing")
        self._user_signing_key_id = f"ed25519:{user_signing[0]}" if user_signing else None

    def add_to(
        self,
        answer: dict[str, Any],
        names: dict[DeviceId, str | None],
        wanted: Iterable[DeviceId],
    ) -> None:
        """Add the devices wanted (none named: all of them) and the cross-signing keys."""
        devices = {}
        chosen = set(wanted) or self._devices.keys()
        for device_id, key_json in self._devices.items():
            if device_id in chosen and device_id in names:
                devices[device_id] = self._device(device_id, key_json, names[device_id])
        answer["device_keys"][self._owner] = devices
        for usage, (public_key, key_json) in self._cross_signing.items():
            if usage in _MEMBERS:
                key = self._visible(public_key, key_json)
                answer[_MEMBERS[usage]][self._owner] = key
            elif self._owner == self._asker:
                key = self._visible(public_key, key_json)
                answer["user_signing_keys"][self._owner] = key

    def _device(self, device_id: DeviceId, key_json: bytes, display_name: str | None) -> Json:
        key = self._visible(device_id, key_json)
        key["unsigned"] = {} if display_name is None else {"device_display_name": display_name}
        return key

    def _visible(self, target_id: str, key_json: bytes) -> Json:
        return with_visible_signatures(
            msgspec.json.decode(key_json),
            self._signatures.get(target_id, ()),
            owner=self._owner,
            asker=self._asker,
            user_signing_key_id=self._user_signing_key_id,
        )
