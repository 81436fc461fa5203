"""Mini-app payments and consents.

A charge is one row, written after the order that it pays. A trigger counts it in its interval, a CHECK keeps the sum below what the person
agreed to, and a consent that is not granted takes no charge: so no code can take more than that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

APP_KEPT = """
CREATE TRIGGER wallet_apps_kept BEFORE UPDATE OF id, merchant, name, made_at ON wallet_apps
BEGIN
  SELECT RAISE(ABORT, 'wallet: an app stays its merchant''s, under its name');
END
"""

CONSENT_STARTS = """
CREATE TRIGGER wallet_consents_before BEFORE INSERT ON wallet_consents
BEGIN
  SELECT RAISE(ABORT, 'wallet: a consent starts pending')
  WHERE NEW.state <> 'pending' OR NEW.version <> 1;
END
"""

CONSENT_FINAL = """
CREATE TRIGGER wallet_consents_final BEFORE UPDATE ON wallet_consents
BEGIN
  SELECT RAISE(ABORT, 'wallet: a consent stays what somebody said yes to, and ends once')
  WHERE NEW.id <> OLD.id OR NEW.merchant <> OLD.merchant OR NEW.number <> OLD.number
    OR NEW.link <> OLD.link OR NEW.asked_of IS NOT OLD.asked_of OR NEW.currency <> OLD.currency
    OR NEW.amount <> OLD.amount OR NEW.per_charge IS NOT OLD.per_charge
    OR NEW.interval IS NOT OLD.interval OR NEW.description <> OLD.description
    OR NEW.made_at <> OLD.made_at OR NEW.ask_until <> OLD.ask_until
    OR NEW.until IS NOT OLD.until OR NEW.version <> OLD.version + 1
    OR (OLD.user_id IS NOT NULL AND NEW.user_id IS NOT OLD.user_id)
    OR (OLD.granted_at IS NOT NULL AND NEW.granted_at IS NOT OLD.granted_at)
    OR NOT (OLD.state = 'pending' AND NEW.state IN ('granted', 'refused', 'revoked')
      OR OLD.state = 'granted' AND NEW.state = 'revoked');
END
"""

CHARGE_BEFORE = """
CREATE TRIGGER wallet_charges_before BEFORE INSERT ON wallet_charges
BEGIN
  SELECT RAISE(ABORT, 'wallet: a charge needs a consent that is granted, and is its order')
  WHERE NOT EXISTS (
    SELECT 1 FROM wallet_consents c JOIN wallet_orders o ON o.id = NEW.order_id
    WHERE c.id = NEW.consent AND c.state = 'granted' AND o.merchant = c.merchant
      AND o.kind = 'consent' AND o.state = 'paid' AND o.payer = c.user_id
      AND o.currency = c.currency AND o.amount = NEW.amount
      AND NEW.amount <= COALESCE(c.per_charge, c.amount));
END
"""

CHARGE_AFTER = """
CREATE TRIGGER wallet_charges_after AFTER INSERT ON wallet_charges
BEGIN
  INSERT INTO wallet_consent_use (consent, span, used, most)
    SELECT NEW.consent, NEW.span, NEW.amount, amount FROM wallet_consents
    WHERE id = NEW.consent
    ON CONFLICT (consent, span) DO UPDATE SET used = used + NEW.amount;
END
"""

USE_BEFORE = """
CREATE TRIGGER wallet_consent_use_{verb} BEFORE {verb} ON wallet_consent_use
BEGIN
  SELECT RAISE(ABORT, 'wallet: only a charge uses up a consent')
  WHERE NEW.used <> (
    SELECT SUM(amount) FROM wallet_charges WHERE consent = NEW.consent AND span = NEW.span)
    OR NEW.most <> (SELECT amount FROM wallet_consents WHERE id = NEW.consent);
END
"""


def upgrade() -> None:
    """Go forward; there is no way back."""
    _apps()
    _consents()
    triggers = [
        *(APP_KEPT, CONSENT_STARTS, CONSENT_FINAL, CHARGE_BEFORE, CHARGE_AFTER),
        USE_BEFORE.replace("{verb}", "UPDATE"),
        *(
            _refuse(table, "DELETE")
            for table in (
                *("wallet_apps", "wallet_invoices", "wallet_consents", "wallet_charges"),
                "wallet_consent_use",
            )
        ),
        *(_refuse(table, "UPDATE") for table in ("wallet_invoices", "wallet_charges")),
    ]
    for trigger in triggers:
        op.execute(sa.text(trigger.replace(":", "\\:")))


def _refuse(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}\nBEGIN\n"
        f"  SELECT RAISE(ABORT, 'wallet: {verb} of {table} is refused');\nEND"
    )


def _apps() -> None:
    op.create_table(
        "wallet_apps",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("verified_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("length(public_key) = 32"),
    )
    op.create_index("wallet_apps_by_merchant", "wallet_apps", ["merchant"])
    op.create_table(
        "wallet_launches",
        sa.Column("app", sa.Text, sa.ForeignKey("wallet_apps.id"), primary_key=True),
        sa.Column("nonce", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("wallet_launches_by_time", "wallet_launches", ["made_at"])
    op.create_table(
        "wallet_invoices",
        sa.Column("slug", sa.Text, primary_key=True),
        sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("prices", sa.Text, nullable=False),
        sa.UniqueConstraint("order_id"),
    )


def _consents() -> None:
    op.create_table(
        "wallet_consents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("merchant", sa.Text, sa.ForeignKey("wallet_merchants.id"), nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.Column("asked_of", sa.Text),
        sa.Column("user_id", sa.Text),
        sa.Column("device_id", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, sa.ForeignKey("wallet_currencies.code"), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("per_charge", sa.BigInteger),
        sa.Column("interval", sa.Text),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("ask_until", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("granted_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("merchant", "number"),
        sa.UniqueConstraint("link"),
        sa.CheckConstraint("state IN ('pending', 'granted', 'refused', 'revoked')"),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("per_charge IS NULL OR per_charge BETWEEN 1 AND amount"),
        sa.CheckConstraint("(granted_at IS NULL) = (device_id IS NULL)"),
        sa.CheckConstraint("granted_at IS NULL OR user_id IS NOT NULL"),
        sa.CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL"),
        sa.CheckConstraint("asked_of IS NULL OR user_id IS NULL OR asked_of = user_id"),
        sa.CheckConstraint("(ended_at IS NOT NULL) = (state IN ('refused', 'revoked'))"),
        sa.CheckConstraint("(ended_by IS NOT NULL) = (ended_at IS NOT NULL)"),
        sa.CheckConstraint("ended_by IN ('person', 'merchant', 'server')"),
    )
    op.create_index("wallet_consents_by_user", "wallet_consents", ["user_id", "made_at"])
    op.create_index("wallet_consents_asked", "wallet_consents", ["asked_of", "state"])
    op.create_table(
        "wallet_charges",
        sa.Column("order_id", sa.Text, sa.ForeignKey("wallet_orders.id"), primary_key=True),
        sa.Column("consent", sa.Text, sa.ForeignKey("wallet_consents.id"), nullable=False),
        sa.Column("span", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("typeof(amount) = 'integer' AND amount > 0"),
        sa.CheckConstraint("span >= 0"),
    )
    op.create_index("wallet_charges_by_consent", "wallet_charges", ["consent", "span"])
    op.create_index("wallet_charges_by_time", "wallet_charges", ["consent", "made_at"])
    op.create_table(
        "wallet_consent_use",
        sa.Column("consent", sa.Text, sa.ForeignKey("wallet_consents.id"), primary_key=True),
        sa.Column("span", sa.BigInteger, primary_key=True),
        sa.Column("used", sa.BigInteger, nullable=False),
        sa.Column("most", sa.BigInteger, nullable=False),
        sa.CheckConstraint("used BETWEEN 1 AND most"),
        sqlite_with_rowid=False,
    )
