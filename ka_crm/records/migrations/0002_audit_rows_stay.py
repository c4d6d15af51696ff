"""The database itself refuses to alter an audit row."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER IF NOT EXISTS audit_rows_stay BEFORE UPDATE ON records_auditrow
BEGIN SELECT RAISE(ABORT, 'An audit row is never altered.'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'An audit row is never altered.' USING ERRCODE = 'integrity_constraint_violation'; END
$body$;
DROP TRIGGER IF EXISTS audit_rows_stay ON records_auditrow;
CREATE TRIGGER audit_rows_stay BEFORE UPDATE ON records_auditrow
FOR EACH ROW EXECUTE FUNCTION records_refuse_change()
"""


def add(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    on_table = " ON records_auditrow" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS audit_rows_stay{on_table}")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(add, remove)]
