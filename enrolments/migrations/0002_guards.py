"""What the database refuses: a taken place outside its days or class, and a changed attendance note."""

from django.db import migrations

from portal import guards

# Statement triggers over transition tables: one join however many rows, 25,000 rows cost what one does.
SEATS_STAND = """
CREATE FUNCTION enrolments_seats_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh o JOIN providers_place p ON p.id = o.place_id
        WHERE p.class_group_id <> o.class_group_id OR NOT p.during @> o.during
    ) THEN
        RAISE EXCEPTION 'a child would sit on a place that does not stand on these days in this class'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_place_stands';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER taken_place_stands_insert AFTER INSERT ON enrolments_occupancy
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION enrolments_seats_stand();
CREATE TRIGGER taken_place_stands_update AFTER UPDATE ON enrolments_occupancy
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION enrolments_seats_stand();

CREATE FUNCTION enrolments_place_is_not_pulled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh p JOIN enrolments_occupancy o ON o.place_id = p.id
        WHERE p.class_group_id <> o.class_group_id OR NOT p.during @> o.during
    ) THEN
        RAISE EXCEPTION 'a child sits on a place that would end'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_place_stands';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER taken_place_stands AFTER UPDATE ON providers_place
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION enrolments_place_is_not_pulled();
"""
FREE = """
DROP TRIGGER taken_place_stands ON providers_place;
DROP TRIGGER taken_place_stands_insert ON enrolments_occupancy;
DROP TRIGGER taken_place_stands_update ON enrolments_occupancy;
DROP FUNCTION enrolments_seats_stand;
DROP FUNCTION enrolments_place_is_not_pulled;
"""


class Migration(migrations.Migration):
    """Triggers only refuse (style: Inside an app, 12)."""

    dependencies = [
        ("enrolments", "0001_initial"),
        ("portal", "0002_guards"),
        ("providers", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(SEATS_STAND, FREE),
        guards.append_only("enrolments_attendancenote"),
    ]
