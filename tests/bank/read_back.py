"""Read a camt.053 with pycamt and print what it found as JSON. Runs in `.venv-bank`."""

import json
import sys

from pycamt.parser import Camt053Parser

parser = Camt053Parser.from_file(sys.argv[1])
print(
    json.dumps(
        {"statements": parser.get_statement_info(), "entries": parser.get_transactions()},
        default=str,
    )
)
