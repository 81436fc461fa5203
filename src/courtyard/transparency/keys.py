"""The server's two keys: its log signs with one, its witness with the other.

The secret halves lie in the data directory and never in the database, which people copy about more freely. The public
halves are in the database: a key that was lost or exchanged is noticed, and never replaced in silence.
"""

import secrets

import msgspec

from courtyard.base.ids import ServerName
from courtyard.storage.tx import WriteTx
from courtyard.transparency import store
from courtyard.transparency.errors import HaltedError
from courtyard.transparency.folder import SEED_BYTES, LogFolder
from courtyard.transparency.model import COSIGNATURE_V1, ED25519, Vkey
from courtyard.transparency.rules_note import format_vkey, vkey_of
from courtyard.transparency.rules_restart import ADVICE

LOG, WITNESS = "log", "witness"

_ALGORITHMS = {LOG: ED25519, WITNESS: COSIGNATURE_V1}


class Keys(msgspec.Struct, frozen=True):
    """Both keys, ready to sign."""

    log_seed: bytes
    witness_seed: bytes
    log: Vkey
    witness: Vkey


def name_of(role: str, server_name: ServerName) -> str:
    """Return the name a key signs under: where the log is found, as long as the server answers under its name.

    `public_base_url` may change and the origin of a log may not, so it is made of the server's name.
    """
    return f"{server_name}/transparency/{role}"


def open_keys(folder: LogFolder, server_name: ServerName, pinned: dict[str, str]) -> Keys:
    """Return the keys that the database knows; make them where it knows none yet.

    Raises:
        HaltedError: a key is missing, cannot be read, or is not the one that the database knows.
    """
    seeds, vkeys = {}, {}
    for role, algorithm in _ALGORITHMS.items():
        seed = folder.seed(role)
        if seed is None:
            if role in pinned:
                raise HaltedError(f"The key {role}.key is missing. {ADVICE}")
            seed = secrets.token_bytes(SEED_BYTES)
            # A crash after this leaves a key that nobody has seen. The next start takes it.
            folder.keep_seed(role, seed)
        vkey = vkey_of(name_of(role, server_name), algorithm, seed)
        if pinned.get(role, format_vkey(vkey)) != format_vkey(vkey):
            raise HaltedError(f"The key {role}.key is not the one of this log. {ADVICE}")
        seeds[role], vkeys[role] = seed, vkey
    return Keys(
        log_seed=seeds[LOG], witness_seed=seeds[WITNESS], log=vkeys[LOG], witness=vkeys[WITNESS]
    )


def pin_keys(tx: WriteTx, keys: Keys) -> None:
    """Keep the public halves for good, where they are not kept yet."""
    known = store.keys(tx)
    for role, vkey in ((LOG, keys.log), (WITNESS, keys.witness)):
        if role not in known:
            store.pin_key(tx, role, format_vkey(vkey))
