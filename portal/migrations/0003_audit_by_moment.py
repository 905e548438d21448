"""The audit trail is read by moment: bulk history is not written in the order of its days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index on the moment alone gives way to one that also decides ties."""

    dependencies = [
        ('portal', '0002_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='auditevent',
            name='at',
            field=models.DateTimeField(),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['at', 'id'], name='audit_by_moment'),
        ),
    ]
