"""IBANs and creditor references: both are checked by the remainder of 97. Pure.

Sources: ISO 13616 (IBAN), ISO 11649 (RF reference), ISO 7064 (mod 97-10).
"""

import re
from typing import Final

_LENGTHS: Final = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18"
    " FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21"
    " LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24"
    " SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
LENGTHS: Final = {one[:2]: int(one[2:]) for one in _LENGTHS.split()}
"""Country → length of its IBANs."""

_IBAN_RE: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_RF_RE: Final = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}", re.ASCII)
_RF_IN_TEXT_RE: Final = re.compile(r"(?=\b(RF[0-9]{2}(?: ?[A-Z0-9]){1,21}))", re.ASCII)
TYPED_LENGTH_MAX: Final = 64


def parse_iban(text: str) -> str | None:
    """Return an IBAN without spaces, or None: it is none."""
    iban = _plain(text)
    if not _IBAN_RE.fullmatch(iban) or LENGTHS.get(iban[:2]) != len(iban):
        return None
    return iban if _remainder(iban) == 1 else None


def parse_rf(text: str) -> str | None:
    """Return a creditor reference without spaces, or None: it is none."""
    reference = _plain(text)
    if not _RF_RE.fullmatch(reference):
        return None
    return reference if _remainder(reference) == 1 else None


def rf(body: str) -> str:
    """Return the creditor reference of a body of 1 to 21 capitals and digits."""
    return f"RF{98 - _remainder('RF00' + body):02}{body}"


def find_rfs(text: str) -> list[str]:
    """Return what may be a creditor reference in what somebody typed. It may be written in groups of four.

    What follows may be another word that happens to fit, so there can be several: which of them is meant, the caller knows.
    """
    found: list[str] = []
    for match in _RF_IN_TEXT_RE.finditer(text[:1_000].upper()):
        whole = match[1].replace(" ", "")
        found += [one for end in range(len(whole), 4, -1) if (one := parse_rf(whole[:end]))]
    return found


def _plain(text: str) -> str:
    return text[:TYPED_LENGTH_MAX].replace(" ", "").upper() if text.isascii() else ""


def _remainder(code: str) -> int:
    moved = code[4:] + code[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97
