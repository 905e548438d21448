"""Conventions of every table: keys indexed, moments zoned, states constrained, money whole fen."""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import DateRangeField
from django.db import connection, models

APPS = ("portal", "providers", "enrolments", "inspections", "subsidies", "quotas")
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
DECIMALS = {"quotas.Target.value"}  # places per 1,000 residents, as the plan states them
# Rows with days that are no facts told at a moment, and those that call the moment by another name.
TOLD = {
    "enrolments.Enrolment": "created_at",
    "portal.Interest": "declared_at",
    "portal.Membership": "granted_at",
    "enrolments.Occupancy": None,  # taken and given back; the fact is its enrolment
    "portal.AreaSpan": None,  # as the authority's list has it
    "portal.PolicyDocument": None,  # as printed in it
}
STATES = ("state", "standing", "status")


def label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.django_db
def test_every_foreign_key_is_indexed():
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])
            """
        )
        bare = {f"{table}.{column}" for table, column in cursor.fetchall()}
    ours = {f"{model._meta.db_table}.{field.column}" for model in MODELS for field in model._meta.local_fields}
    assert bare & ours == set()


@pytest.mark.django_db
def test_every_moment_has_a_zone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
        )
        assert [row[0] for row in cursor.fetchall()] == []


@pytest.mark.parametrize("model", MODELS, ids=label)
@pytest.mark.django_db
def test_every_state_column_is_held_to_its_list_by_the_database(model):
    states = [field for field in model._meta.local_fields if field.name in STATES and field.choices]
    checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    for field in states:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
                [model._meta.db_table],
            )
            defined = [row[0] for row in cursor.fetchall()]
        values = [str(value) for value, _name in field.flatchoices]
        assert checks
        assert any(all(f"'{value}'" in one for value in values) and f"({field.column})" in one for one in defined)


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_money_is_whole_fen_and_nothing_is_a_float_that_could_be_money(model):
    for field in model._meta.local_fields:
        if field.name.endswith("_fen") or field.name == "fen":
            assert isinstance(field, models.IntegerField | models.BigIntegerField), field
        assert not isinstance(field, models.DecimalField) or str(field) in DECIMALS, (
            f"{field}: money is fen, shares are ppm"
        )
        if isinstance(field, models.FloatField):
            assert field.name in {"lng", "lat", "given_lng", "given_lat", "x", "y"}, field


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_every_fact_with_days_says_when_it_was_told(model):
    spans = [f for f in model._meta.local_fields if isinstance(f, DateRangeField) and f.name.endswith("during")]
    if spans and (told := TOLD.get(label(model), "recorded_at")):
        assert isinstance(model._meta.get_field(told), models.DateTimeField)
        assert not model._meta.get_field(told).null


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_names_say_what_they_hold(model):
    for field in model._meta.local_fields:
        if isinstance(field, models.DateTimeField):
            assert field.name.endswith(("_at", "_until")) or field.name in {"at", "last_login", "date_joined"}, field
        elif isinstance(field, models.DateField):
            days = ("_on", "day", "_from", "_to", "due", "_date", "month", "until", "period")
            assert field.name.endswith(days), field
        assert not getattr(field, "auto_now", False)
        assert not getattr(field, "auto_now_add", False)


@pytest.mark.parametrize("model", MODELS, ids=label)
def test_no_row_of_the_record_falls_with_another(model):
    """CASCADE only where the row is a part of the other and worthless without it."""
    parts = {"RunChunk", "Draft", "IdempotentAnswer", "SharedChild", "Mover", "SearchRow", "Guardian"}
    for field in model._meta.local_fields:
        if field.many_to_one and field.remote_field.on_delete is models.CASCADE:
            assert model.__name__ in parts, field


def test_every_model_says_what_it_is_and_for_whom():
    for model in MODELS:
        assert model.__doc__ and not model.__doc__.startswith(f"{model.__name__}("), label(model)
