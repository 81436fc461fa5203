"""django-hordak pays: one transfer, one transaction. Run by `django_hordak.py` in hordak's own environment, with SOCKET_FOLDER SECONDS."""

from __future__ import annotations

import json
import random
import sys
import time

ACCOUNTS = 1_000


def main() -> None:
    """Make hordak's tables and accounts, pay for some seconds, print the rate."""
    folder, seconds = sys.argv[1], float(sys.argv[2])
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": folder,
                "NAME": "postgres",
                "USER": "postgres",
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command
    from hordak.models import Account, AccountType

    call_command("migrate", verbosity=0)
    accounts = list(Account.objects.all())
    while len(accounts) < ACCOUNTS:
        name = f"u{len(accounts)}"
        made = Account.objects.create(name=name, type=AccountType.asset, currencies=["EUR"])
        accounts.append(made)
    count = 0
    began = time.perf_counter()
    while time.perf_counter() < began + seconds:
        source, target = random.sample(accounts, 2)
        source.transfer_to(target, _money())
        count += 1
    print(json.dumps({"per_s": count / (time.perf_counter() - began)}))


def _money() -> object:
    from moneyed import Money

    return Money("0.01", "EUR")


if __name__ == "__main__":
    main()
