"""Tables of providers, their filings, places, fees and staff, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import portal.fields
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
            name='Brand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('kind', models.CharField(choices=[('CENTRE', 'Comprehensive childcare centre'), ('PUBLIC', 'Public provider'), ('PUB_PRIV', 'Public premises, private operator'), ('COMMUNITY', 'Community childcare point'), ('KINDER', 'Kindergarten childcare class'), ('EMPLOYER', 'Employer-provided care'), ('PRIVATE_NP', 'Private, non-profit'), ('PRIVATE_FP', 'Private, for profit'), ('FAMILY', 'Family childcare point')], max_length=10, verbose_name='kind')),
                ('brand', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='branches', to='providers.brand')),
                ('credit_code', models.CharField(max_length=18, verbose_name='unified social credit code')),
                ('authority', models.CharField(choices=[('ORGN', 'Public institution registry'), ('CIVIL', 'Civil affairs'), ('MARKET', 'Market regulation')], max_length=8, verbose_name='registration authority')),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='providers', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('address', models.CharField(max_length=200, verbose_name='address')),
                ('lng', models.FloatField(verbose_name='longitude')),
                ('lat', models.FloatField(verbose_name='latitude')),
                ('crs', models.CharField(choices=[('wgs84', 'WGS-84 / CGCS2000'), ('gcj02', 'GCJ-02 (高德、腾讯)'), ('bd09', 'BD-09 (百度)')], default='wgs84', max_length=5)),
                ('given_lng', models.FloatField()),
                ('given_lat', models.FloatField()),
                ('point', models.GeneratedField(db_persist=True, expression=portal.fields.Mercator('lng', 'lat'), output_field=portal.fields.PointField())),
                ('phone', models.CharField(max_length=30, verbose_name='phone')),
                ('legal_person', models.CharField(blank=True, max_length=60, verbose_name='legal representative')),
                ('head', models.CharField(blank=True, max_length=60, verbose_name='head')),
                ('intro', models.TextField(blank=True, max_length=1000, verbose_name='introduction')),
                ('building_m2', models.PositiveIntegerField(blank=True, null=True, verbose_name='building area (m²)')),
                ('outdoor_m2', models.PositiveIntegerField(blank=True, null=True, verbose_name='outdoor area (m²)')),
                ('lease_from', models.DateField(blank=True, null=True)),
                ('lease_to', models.DateField(blank=True, null=True)),
                ('keeps_roll', models.BooleanField(default=True)),
                ('standing', models.CharField(choices=[('UNFILED', 'Not filed'), ('ACTIVE', 'Filed and open'), ('SUSPENDED', 'Suspended'), ('CANCELLED', 'Closed')], default='UNFILED', max_length=10)),
                ('filed_on', models.DateField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(django.contrib.postgres.indexes.OpClass(models.F('area_path'), 'text_pattern_ops'), name='provider_by_area'), django.contrib.postgres.indexes.GistIndex(fields=['point'], name='provider_by_point')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['CENTRE', 'PUBLIC', 'PUB_PRIV', 'COMMUNITY', 'KINDER', 'EMPLOYER', 'PRIVATE_NP', 'PRIVATE_FP', 'FAMILY'])), name='provider_kind_known'), models.CheckConstraint(condition=models.Q(('authority__in', ['ORGN', 'CIVIL', 'MARKET'])), name='provider_authority_known'), models.CheckConstraint(condition=models.Q(('crs__in', ['wgs84', 'gcj02', 'bd09'])), name='provider_crs_known'), models.CheckConstraint(condition=models.Q(('standing__in', ['UNFILED', 'ACTIVE', 'SUSPENDED', 'CANCELLED'])), name='provider_standing_known'), models.UniqueConstraint(fields=('credit_code', 'address'), name='provider_once_per_code_and_address'), models.CheckConstraint(condition=models.Q(('lat__gte', 3), ('lat__lte', 54), ('lng__gte', 73), ('lng__lte', 136)), name='provider_point_in_china'), models.CheckConstraint(condition=models.Q(('standing__in', ['UNFILED', 'CANCELLED']), ('filed_on__isnull', False), _connector='OR'), name='provider_filed_when_active')],
            },
        ),
        migrations.CreateModel(
            name='StandingSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standing_spans', to='providers.provider')),
                ('standing', models.CharField(choices=[('UNFILED', 'Not filed'), ('ACTIVE', 'Filed and open'), ('SUSPENDED', 'Suspended'), ('CANCELLED', 'Closed')], max_length=10)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('standing__in', ['UNFILED', 'ACTIVE', 'SUSPENDED', 'CANCELLED'])), name='standing_span_known'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('provider_id'), '&&'), (models.F('during'), '&&')], name='standing_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ProviderSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='providers.provider')),
                ('kind', models.CharField(choices=[('CENTRE', 'Comprehensive childcare centre'), ('PUBLIC', 'Public provider'), ('PUB_PRIV', 'Public premises, private operator'), ('COMMUNITY', 'Community childcare point'), ('KINDER', 'Kindergarten childcare class'), ('EMPLOYER', 'Employer-provided care'), ('PRIVATE_NP', 'Private, non-profit'), ('PRIVATE_FP', 'Private, for profit'), ('FAMILY', 'Family childcare point')], max_length=10)),
                ('name', models.CharField(max_length=100)),
                ('street', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['CENTRE', 'PUBLIC', 'PUB_PRIV', 'COMMUNITY', 'KINDER', 'EMPLOYER', 'PRIVATE_NP', 'PRIVATE_FP', 'FAMILY'])), name='provider_span_kind_known'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('provider_id'), '&&'), (models.F('during'), '&&')], name='provider_one_kind_a_day')],
            },
        ),
        migrations.CreateModel(
            name='InclusiveAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='providers.provider')),
                ('number', models.CharField(max_length=60)),
                ('places', models.PositiveIntegerField()),
                ('fee_cap_fen', models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('provider_id'), '&&'), (models.F('during'), '&&')], name='agreement_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('OWNER', 'Owner'), ('STAFF', 'Staff')], max_length=8)),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='providers.provider')),
                ('brand', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='providers.brand')),
                ('granted_at', models.DateTimeField()),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['OWNER', 'STAFF'])), name='post_role_known'), models.CheckConstraint(condition=models.Q(models.Q(('brand__isnull', True), ('provider__isnull', False)), models.Q(('brand__isnull', False), ('provider__isnull', True)), _connector='OR'), name='post_at_one_place'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'provider'), name='post_held_once_at_provider'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'brand'), name='post_held_once_at_brand')],
            },
        ),
        migrations.CreateModel(
            name='PayeeAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='providers.provider')),
                ('holder', models.CharField(max_length=100)),
                ('bank', models.CharField(max_length=100)),
                ('number_sealed', models.BinaryField()),
                ('tail', models.CharField(max_length=4)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('provider_id'), '&&'), (models.F('during'), '&&')], name='account_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='FactChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fact_changes', to='providers.provider')),
                ('from_month', models.DateField()),
                ('to_month', models.DateField(null=True)),
                ('cause', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['from_month', 'provider'], name='fact_change_by_month')],
                'constraints': [models.CheckConstraint(condition=models.Q(('from_month__day', 1), models.Q(('to_month__isnull', True), ('to_month__day', 1), _connector='OR')), name='fact_change_months_are_firsts')],
            },
        ),
        migrations.CreateModel(
            name='FilingCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=40, null=True, unique=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='providers.provider')),
                ('purpose', models.CharField(choices=[('FIRST', 'First filing'), ('CHANGE', 'Change filing'), ('CLOSURE', 'Deregistration')], default='FIRST', max_length=8)),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('SUBMITTED', 'Submitted'), ('RETURNED', 'Returned for correction'), ('RECEIVED', 'Received'), ('CONFORMING', 'Conforming'), ('NON_CONFORMING', 'Not conforming'), ('WITHDRAWN', 'Withdrawn')], default='DRAFT', max_length=14)),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('snapshot', models.JSONField(default=dict)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('receipt_due', models.DateField(null=True)),
                ('decision_due', models.DateField(null=True)),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reasons', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'SUBMITTED', 'RETURNED', 'RECEIVED', 'CONFORMING', 'NON_CONFORMING', 'WITHDRAWN'])), name='filing_state_known'), models.CheckConstraint(condition=models.Q(('purpose__in', ['FIRST', 'CHANGE', 'CLOSURE'])), name='filing_purpose_known'), models.CheckConstraint(condition=models.Q(('state__in', ['DRAFT', 'WITHDRAWN']), models.Q(('receipt_due__isnull', False), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='filing_submitted_has_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['RECEIVED', 'CONFORMING', 'NON_CONFORMING']), _negated=True), models.Q(('decision_due__isnull', False), ('number__isnull', False), ('received_at__isnull', False)), _connector='OR'), name='filing_received_has_a_receipt'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['CONFORMING', 'NON_CONFORMING']), _negated=True), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='filing_decided_has_a_decision'), models.CheckConstraint(condition=models.Q(('submitted_by__isnull', True), ('decided_by__isnull', True), models.Q(('submitted_by', models.F('decided_by')), _negated=True), _connector='OR'), name='filing_maker_is_not_checker'), models.UniqueConstraint(condition=models.Q(('state__in', ['DRAFT', 'SUBMITTED', 'RETURNED', 'RECEIVED'])), fields=('provider',), name='filing_one_open_per_provider')],
            },
        ),
        migrations.CreateModel(
            name='Fault',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='faults', to='providers.filingcase')),
                ('round', models.PositiveSmallIntegerField()),
                ('item', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=400)),
                ('cured_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('filing', 'round', 'item', 'text'), name='fault_told_once_a_round')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='providers.provider')),
                ('kind', models.CharField(max_length=30)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.storedfile')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(null=True)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True)), fields=('provider', 'kind'), name='document_one_current_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='ClassGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='class_groups', to='providers.provider')),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('band', models.CharField(choices=[('INFANT', 'Infant class (6–12 months)'), ('YOUNGER', 'Younger class (12–24 months)'), ('OLDER', 'Older class (24–36 months)'), ('MIXED', 'Mixed class (18–36 months)')], max_length=8)),
                ('opened_on', models.DateField()),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('band__in', ['INFANT', 'YOUNGER', 'OLDER', 'MIXED'])), name='class_band_known'), models.UniqueConstraint(fields=('provider', 'code'), name='class_code_once_per_provider'), models.CheckConstraint(condition=models.Q(('closed_on__isnull', True), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='class_closes_after_opening')],
            },
        ),
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='providers.classgroup')),
                ('number', models.PositiveSmallIntegerField()),
                ('inclusive', models.BooleanField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('class_group_id'), '&&'), (portal.fields.CodeSpan('number'), '&&'), (models.F('during'), '&&')], name='place_number_once_a_day'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='place_number_from_one')],
            },
        ),
        migrations.CreateModel(
            name='Fee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='providers.classgroup')),
                ('mode', models.CharField(choices=[('full', 'Full day'), ('am', 'Mornings'), ('pm', 'Afternoons'), ('hourly', 'By the hour'), ('temporary', 'Occasional')], max_length=10)),
                ('mode_number', models.GeneratedField(db_persist=True, expression=models.Case(models.When(mode='full', then=models.Value(0)), models.When(mode='am', then=models.Value(1)), models.When(mode='pm', then=models.Value(2)), models.When(mode='hourly', then=models.Value(3)), models.When(mode='temporary', then=models.Value(4)), default=models.Value(-1)), output_field=models.SmallIntegerField())),
                ('amount_fen', models.PositiveIntegerField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('mode__in', ['full', 'am', 'pm', 'hourly', 'temporary'])), name='fee_mode_known'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('class_group_id'), '&&'), (portal.fields.CodeSpan('mode_number'), '&&'), (models.F('during'), '&&')], name='fee_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='VacancyDeclaration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='providers.classgroup')),
                ('free_full', models.PositiveSmallIntegerField()),
                ('free_half', models.PositiveSmallIntegerField(default=0)),
                ('declared_at', models.DateTimeField()),
                ('declared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('valid_until', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_rows', to='providers.classgroup')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='search_rows', to='providers.provider')),
                ('public_id', models.UUIDField()),
                ('name', models.CharField(max_length=100)),
                ('mode', models.CharField(choices=[('full', 'Full day'), ('am', 'Mornings'), ('pm', 'Afternoons'), ('hourly', 'By the hour'), ('temporary', 'Occasional')], max_length=10)),
                ('kind', models.CharField(choices=[('CENTRE', 'Comprehensive childcare centre'), ('PUBLIC', 'Public provider'), ('PUB_PRIV', 'Public premises, private operator'), ('COMMUNITY', 'Community childcare point'), ('KINDER', 'Kindergarten childcare class'), ('EMPLOYER', 'Employer-provided care'), ('PRIVATE_NP', 'Private, non-profit'), ('PRIVATE_FP', 'Private, for profit'), ('FAMILY', 'Family childcare point')], max_length=10)),
                ('lng', models.FloatField()),
                ('lat', models.FloatField()),
                ('point', portal.fields.PointField()),
                ('age_from', models.PositiveSmallIntegerField()),
                ('age_to', models.PositiveSmallIntegerField()),
                ('fee_fen', models.PositiveIntegerField(null=True)),
                ('base_month', models.DateField()),
                ('free', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), null=True, size=None)),
                ('inclusive', models.BooleanField()),
                ('rating', models.PositiveSmallIntegerField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('valid_until', models.DateField(db_index=True, null=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['point'], fillfactor=70, name='search_by_point')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mode__in', ['full', 'am', 'pm', 'hourly', 'temporary'])), name='search_mode_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['CENTRE', 'PUBLIC', 'PUB_PRIV', 'COMMUNITY', 'KINDER', 'EMPLOYER', 'PRIVATE_NP', 'PRIVATE_FP', 'FAMILY'])), name='search_kind_known'), models.UniqueConstraint(fields=('class_group', 'mode'), name='search_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('identity_key', models.CharField(max_length=64, null=True, unique=True)),
                ('education', models.CharField(blank=True, max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name='Employment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='providers.staff')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='providers.provider')),
                ('role', models.CharField(choices=[('HEAD', 'Head'), ('CARER', 'Carer'), ('HEALTH', 'Health worker'), ('COOK', 'Cook'), ('GUARD', 'Guard'), ('OTHER', 'Other')], max_length=8)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['HEAD', 'CARER', 'HEALTH', 'COOK', 'GUARD', 'OTHER'])), name='employment_role_known'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('staff_id'), '&&'), (models.F('during'), '&&')], name='employment_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='providers.staff')),
                ('kind', models.CharField(max_length=30)),
                ('number', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MonthReturn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='month_returns', to='providers.provider')),
                ('month', models.DateField()),
                ('item', models.CharField(max_length=30)),
                ('confirmed_at', models.DateTimeField()),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('detail', models.JSONField(default=dict)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'month', 'item'), name='month_item_confirmed_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='month_return_is_a_first')],
            },
        ),
    ]
