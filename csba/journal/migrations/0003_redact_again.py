"""A second redaction adds to what the first has named; only what was there is named."""

from django.db import migrations

_NAMED = "to_jsonb(names)"
_ADDED = """COALESCE(facts -> 'redacted', '[]'::jsonb) || (
            SELECT jsonb_agg(name) FROM unnest(names) AS name WHERE facts ? name)"""

FUNCTION = """
CREATE OR REPLACE FUNCTION journal_redact(about_type text, about_id bigint, names text[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    touched integer;
BEGIN
    PERFORM set_config('csba.redacting', 'on', true);
    UPDATE journal_line
        SET facts = (facts - names) || jsonb_build_object('redacted', @REDACTED)
        WHERE subject_type = about_type AND subject_id = about_id AND facts ?| names;
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('csba.redacting', 'off', true);
    RETURN touched;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_append_only")]
    operations = [
        migrations.RunSQL(
            FUNCTION.replace("@REDACTED", _ADDED), FUNCTION.replace("@REDACTED", _NAMED)
        )
    ]
