"""The journal cannot be changed: a trigger refuses; one function redacts for erasure (rulings 4)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_refuses_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('csba.redacting', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER journal_line_is_append_only BEFORE UPDATE OR DELETE ON journal_line
    FOR EACH ROW EXECUTE FUNCTION journal_refuses_change();
CREATE TRIGGER journal_is_never_emptied BEFORE TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses_change();

CREATE FUNCTION journal_redact(about_type text, about_id bigint, names text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    touched integer;
BEGIN
    PERFORM set_config('csba.redacting', 'on', true);
    UPDATE journal_line SET facts = (facts - names) || jsonb_build_object('redacted', to_jsonb(names))
        WHERE subject_type = about_type AND subject_id = about_id AND facts ?| names;
    GET DIAGNOSTICS touched = ROW_COUNT;
    PERFORM set_config('csba.redacting', 'off', true);
    RETURN touched;
END $$;
"""

BACKWARD = """
DROP FUNCTION journal_redact(text, bigint, text[]);
DROP TRIGGER journal_is_never_emptied ON journal_line;
DROP TRIGGER journal_line_is_append_only ON journal_line;
DROP FUNCTION journal_refuses_change();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
