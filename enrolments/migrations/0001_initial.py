"""Tables of children and the places they take, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import portal.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('portal', '0001_initial'),
        ('providers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Child',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('key', models.CharField(max_length=64, unique=True)),
                ('birth_date', models.DateField()),
                ('birth_order', models.PositiveSmallIntegerField(null=True)),
                ('identity_key', models.CharField(max_length=64, null=True, unique=True)),
                ('same_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='enrolments.child')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('same_as__isnull', True), models.Q(('same_as', models.F('id')), _negated=True), _connector='OR'), name='child_is_not_its_own_duplicate')],
            },
        ),
        migrations.CreateModel(
            name='ChildIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('child', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='enrolments.child')),
                ('kind', models.CharField(choices=[('RESIDENT', 'Resident identity card'), ('BIRTH_CERTIFICATE', 'Birth certificate'), ('HMT_RESIDENCE', 'Residence permit for Hong Kong, Macao and Taiwan residents'), ('HK_MACAO_PERMIT', 'Mainland travel permit for Hong Kong and Macao residents'), ('TAIWAN_PERMIT', 'Mainland travel permit for Taiwan residents'), ('FOREIGN_RESIDENCE', 'Foreign permanent resident ID card'), ('PASSPORT', 'Passport'), ('DEMO', 'Demo identity (invented)')], max_length=20)),
                ('sealed', models.BinaryField()),
                ('mask', models.CharField(max_length=60)),
                ('number_key', models.CharField(db_index=True, max_length=64)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['RESIDENT', 'BIRTH_CERTIFICATE', 'HMT_RESIDENCE', 'HK_MACAO_PERMIT', 'TAIWAN_PERMIT', 'FOREIGN_RESIDENCE', 'PASSPORT', 'DEMO'])), name='identity_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Guardian',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guardians', to='enrolments.child')),
                ('sealed', models.BinaryField()),
                ('mask', models.CharField(max_length=60)),
                ('phone_key', models.CharField(db_index=True, max_length=64)),
                ('consented_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='enrolments.child')),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='providers.classgroup')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='providers.provider')),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('mode', models.CharField(choices=[('full', 'Full day'), ('am', 'Mornings'), ('pm', 'Afternoons'), ('hourly', 'By the hour'), ('temporary', 'Occasional')], max_length=10)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('state', models.CharField(choices=[('ACTIVE', 'Enrolled'), ('ENDED', 'Ended'), ('ANNULLED', 'Annulled')], default='ACTIVE', max_length=10)),
                ('fee_fen', models.PositiveIntegerField(null=True)),
                ('contract_on', models.DateField(null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(django.contrib.postgres.indexes.OpClass(models.F('area_path'), 'text_pattern_ops'), name='enrolment_by_area')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['ACTIVE', 'ENDED', 'ANNULLED'])), name='enrolment_state_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['full', 'am', 'pm'])), name='enrolment_mode_is_a_spell'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ENDED'), _negated=True), ('during__upper_inf', False), _connector='OR'), name='enrolment_ended_has_an_end'), models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='enrolment_has_days')],
            },
        ),
        migrations.CreateModel(
            name='Occupancy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='providers.place')),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='providers.classgroup')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='enrolments.child')),
                ('enrolment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='occupancies', to='enrolments.enrolment')),
                ('halves', django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('kind', models.CharField(choices=[('HOLD', 'Held'), ('ENROLMENT', 'Enrolled'), ('SESSION', "One day's session")], max_length=10)),
                ('expires_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['HOLD', 'ENROLMENT', 'SESSION'])), name='occupancy_kind_known'), django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(portal.fields.CodeSpan('place_id'), '&&'), (models.F('halves'), '&&'), (models.F('during'), '&&')], name='place_taken_once'), django.contrib.postgres.constraints.ExclusionConstraint(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], expressions=[(portal.fields.CodeSpan('child_id'), '&&'), (models.F('halves'), '&&'), (models.F('during'), '&&')], name='child_sits_once'), models.CheckConstraint(condition=models.Q(('halves__contained_by', (0, 2)), ('halves__isempty', False)), name='occupancy_halves_of_a_day'), models.CheckConstraint(condition=models.Q(('during__isempty', False)), name='occupancy_has_days'), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', False), ('kind', 'HOLD')), models.Q(models.Q(('kind', 'HOLD'), _negated=True), ('expires_at__isnull', True)), _connector='OR'), name='only_holds_expire'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ENROLMENT'), _negated=True), ('enrolment__isnull', False), _connector='OR'), name='enrolled_place_has_a_spell')],
            },
        ),
        migrations.CreateModel(
            name='AttendanceMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='enrolments.enrolment')),
                ('month', models.DateField()),
                ('days', models.CharField(max_length=31)),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['month', 'enrolment'], name='attendance_by_month')],
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'month'), name='attendance_once_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='attendance_month_is_a_first'), models.CheckConstraint(condition=models.Q(('days__regex', '^[FAPSLC\\-.]{31}$')), name='attendance_letters_known')],
            },
        ),
        migrations.CreateModel(
            name='AttendanceNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attendance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='enrolments.attendancemonth')),
                ('day', models.DateField()),
                ('before', models.CharField(max_length=1)),
                ('after', models.CharField(max_length=1)),
                ('reason', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
