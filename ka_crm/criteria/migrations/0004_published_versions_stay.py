"""The database itself refuses to alter a published version: it may only be retired, once.

A later migration that rebuilds the table on SQLite has to run ``add`` again.
"""

from django.db import migrations

FROZEN = (
    "number", "scope", "settings", "effective_from", "author_id", "changed_by_id", "approver_id",
    "based_on_id", "reason", "note", "created_at", "changed_at", "published_at", "archived_at", "version",
)  # fmt: skip
MESSAGE = "A published version of the criteria is never altered."


def _condition(differs):
    fields = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FROZEN)
    backward = "OLD.state = 'published' AND NEW.state NOT IN ('published', 'retired')"
    reopened = "OLD.state = 'retired' AND NEW.state <> 'retired'"
    redated = f"OLD.effective_to IS NOT NULL AND NEW.effective_to {differs} OLD.effective_to"
    return f"{fields} OR ({backward}) OR ({reopened}) OR ({redated})"


SQLITE = f"""
CREATE TRIGGER IF NOT EXISTS published_versions_stay BEFORE UPDATE ON criteria_criteriaversion
WHEN OLD.state IN ('published', 'retired') AND ({_condition("IS NOT")})
BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
"""
POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION criteria_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END
$body$;
DROP TRIGGER IF EXISTS published_versions_stay ON criteria_criteriaversion;
CREATE TRIGGER published_versions_stay BEFORE UPDATE ON criteria_criteriaversion
FOR EACH ROW WHEN (OLD.state IN ('published', 'retired') AND ({_condition("IS DISTINCT FROM")}))
EXECUTE FUNCTION criteria_refuse_change()
"""


def add(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def remove(apps, schema_editor):
    on_table = " ON criteria_criteriaversion" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER IF EXISTS published_versions_stay{on_table}")


class Migration(migrations.Migration):
    dependencies = [("criteria", "0003_drafts")]
    operations = [migrations.RunPython(add, remove)]
