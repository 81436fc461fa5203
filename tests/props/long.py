"""How long the long runs of the laws are: some minutes in CI, hours for whoever wants to be sure.

COURTYARD_LAW_EXAMPLES=5000 pytest -m slow tests/props -k for_long
"""

import os
from typing import Final

EXAMPLES: Final = int(os.environ.get("COURTYARD_LAW_EXAMPLES", "150"))
