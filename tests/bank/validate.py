"""Hold an XML file against an official schema: `validate.py pain.001.001.09 FILE`. Runs in `.venv-bank`."""

import sys
from pathlib import Path

import xmlschema

SITE = Path(xmlschema.__file__).parent.parent
PLACES = (SITE / "camt053/xsd", SITE / "sepaxml/schemas")


def main(name: str, path: str) -> int:
    """Return 0 when the file is valid; else say why not."""
    found = [place / f"{name}.xsd" for place in PLACES if (place / f"{name}.xsd").exists()]
    errors = list(xmlschema.XMLSchema(str(found[0])).iter_errors(path))
    for error in errors[:5]:
        print(error.path, error.reason)
    return bool(errors)


sys.exit(main(*sys.argv[1:]))
