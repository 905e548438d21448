"""Tables of population, targets and reports, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('portal', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='populations', to='portal.area')),
                ('year', models.PositiveSmallIntegerField()),
                ('age_from', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('age_to', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('population', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('is_estimate', models.BooleanField(default=False)),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retracted_at', None)), fields=('area', 'year', 'age_from', 'age_to'), name='population_once_a_year', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('age_from', None), ('age_to', None)), models.Q(('age_from__isnull', False), ('age_to__gt', models.F('age_from')), ('age_to__isnull', False)), _connector='OR'), name='population_ages_whole')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='portal.area')),
                ('indicator', models.CharField(choices=[('PLACES_PER_THOUSAND', 'Places per 1,000 residents'), ('INCLUSIVE_SHARE', 'Share of inclusive places'), ('STREET_COVERAGE', 'Subdistricts with a provider')], max_length=24)),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.DecimalField(decimal_places=3, max_digits=8)),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clause')),
                ('source', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('indicator__in', ['PLACES_PER_THOUSAND', 'INCLUSIVE_SHARE', 'STREET_COVERAGE'])), name='target_indicator_known'), models.CheckConstraint(condition=models.Q(('value__gt', 0)), name='target_above_zero'), models.UniqueConstraint(condition=models.Q(('retracted_at', None)), fields=('area', 'indicator', 'year'), name='target_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('layout', models.CharField(choices=[('QUOTA', 'Childcare places against the target')], max_length=10)),
                ('month', models.DateField()),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('content', models.JSONField()),
                ('content_hash', models.CharField(max_length=64)),
                ('seal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.seal')),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.run')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('layout__in', ['QUOTA'])), name='report_layout_known'), models.UniqueConstraint(fields=('area', 'layout', 'month', 'number'), name='report_numbered_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='report_month_is_a_first')],
            },
        ),
    ]
