"""Column types and constraint pieces that core PostgreSQL gives and Django does not name."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from portal.coordinates import EARTH_RADIUS_M  # one sphere for Mercator and great circles


class PointField(models.Field):
    """A PostgreSQL `point`, read and written as the text `(x,y)`; metres when it is a Mercator point."""

    description = "Plane point"

    def db_type(self, connection: Any) -> str:
        """Give the core type that GiST can order by distance."""
        return "point"


class CodeSpan(Func):
    """`int8range(id, id, '[]')`: equality that GiST understands without btree_gist."""

    function = "int8range"

    def __init__(self, column: str, **extra: Any) -> None:
        super().__init__(F(column), F(column), Value("[]"), **extra)


def no_overlap(
    name: str, *columns: str, span: str = "during", condition: Q | None = None, deferrable: Any = None, also: tuple = ()
) -> ExclusionConstraint:
    """Refuse two rows with the same integer `columns` whose `span` ranges overlap.

    `also` adds further (column, operator) pairs, e.g. the halves of a day.
    """
    expressions = [(CodeSpan(column), RangeOperators.OVERLAPS) for column in columns]
    expressions += list(also)
    expressions.append((F(span), RangeOperators.OVERLAPS))
    return ExclusionConstraint(
        name=name, index_type="GIST", expressions=expressions, condition=condition, deferrable=deferrable
    )


class Mercator(Func):
    """A Mercator `point` in metres from two WGS-84 columns in degrees; immutable, so it can be a generated column."""

    arity = 2
    output_field = PointField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list]:
        """Write the projection once, with both columns in place."""
        lng, lat = (compiler.compile(expression)[0] for expression in self.source_expressions)
        return (
            f"point({EARTH_RADIUS_M} * radians({lng}), {EARTH_RADIUS_M} * ln(tan(pi() / 4 + radians({lat}) / 2)))",
            [],
        )


def one_of(name: str, column: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A CHECK that a state or code column holds only a listed value."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{column}__in": choices.values}))
