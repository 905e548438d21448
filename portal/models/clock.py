"""The demo city's own day."""

from django.db import models


class DemoDay(models.Model):
    """The day it is in the demo city; one row, only in the demo."""

    day = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(name="demo_day_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self.day)
