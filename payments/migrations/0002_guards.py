"""What the database itself refuses: changed and deleted rows, transfers added to a cause afterwards, causes with a wrong count."""

from django.db import migrations

from negotiation_hub.kernel.guards import immutable

ENDS_A_HOLD = """
    NEW.pending_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM payments_transfer held
        WHERE held.id = NEW.pending_id AND held.phase = 'pending'
          AND held.debit_id = NEW.debit_id AND held.credit_id = NEW.credit_id AND held.currency = NEW.currency
          AND (NEW.amount = held.amount OR (NEW.phase = 'post' AND NEW.amount < held.amount)))
"""
REFUSED_INSERTS = (
    ("payments_transfer", "payments_transfer_late", "a cause is written once",
     "EXISTS (SELECT 1 FROM payments_cause WHERE id = NEW.cause_id)"),
    ("payments_transfer", "payments_transfer_currency", "both accounts have the currency of the transfer",
     "EXISTS (SELECT 1 FROM payments_account WHERE id IN (NEW.debit_id, NEW.credit_id) AND currency <> NEW.currency)"),
    ("payments_transfer", "payments_transfer_hold", "a hold ends between its accounts, within its amount", ENDS_A_HOLD),
    ("payments_cause", "payments_cause_size", "a cause has as many transfers as it says",
     "NEW.size <> (SELECT COUNT(*) FROM payments_transfer WHERE cause_id = NEW.id)"),
)


def refuse_inserts(apps, schema_editor):
    for table, name, message, condition in REFUSED_INSERTS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            continue
        schema_editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )
        schema_editor.execute(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def allow_inserts(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for table, name, _, _ in REFUSED_INSERTS:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if sqlite else f" ON {table}"))
        if not sqlite:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()")


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_tables")]

    operations = [
        immutable(
            "payments_account",
            may_change=["debits_posted", "credits_posted", "debits_pending", "credits_pending", "entries", "seal"],
        ),
        immutable("payments_bankaccount", may_change=["active"], may_reseal=["sealed"]),
        immutable("payments_cause", may_change=["mac"]),
        immutable(
            "payments_payment",
            may_change=["provider_ref", "intent_ref", "status", "authorized", "captured", "refunded", "fee", "failure_code", "hosted_url", "return_url", "steps", "poll_at"],
        ),
        immutable("payments_paymentrequest", may_change=["closed_at"]),
        immutable("payments_paymentstep"),
        immutable("payments_payout", may_change=["status", "batch_id", "steps"]),
        immutable("payments_payoutbatch", may_change=["confirmed_at", "confirmed_by"]),
        immutable("payments_payoutstep"),
        immutable("payments_providerevent", may_change=["handled_at", "causes"], may_reseal=["sealed"]),
        immutable("payments_refund", may_change=["status", "provider_ref", "failure_code"]),
        immutable("payments_transfer", may_change=["mac"]),
        migrations.RunPython(refuse_inserts, allow_inserts),
    ]
