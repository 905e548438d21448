"""Tables of policies, claims and the ledger, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import portal.fields
import subsidies.rules.codes
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('enrolments', '0001_initial'),
        ('portal', '0001_initial'),
        ('providers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('title_en', models.CharField(blank=True, max_length=200)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('standing', models.CharField(choices=[('ADOPTED', 'Adopted here'), ('LIBRARY', 'In the library, not in force here')], max_length=8)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('standing__in', ['ADOPTED', 'LIBRARY'])), name='policy_standing_known'), models.CheckConstraint(condition=models.Q(('standing', 'LIBRARY'), ('area__isnull', False), _connector='OR'), name='policy_adopted_has_an_area')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='subsidies.policy')),
                ('number', models.PositiveSmallIntegerField()),
                ('terms', models.JSONField()),
                ('valid_during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.policydocument')),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_numbered_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('policy_id'), '&&'), (models.F('valid_during'), '&&')], name='policy_one_version_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalChain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('steps', models.JSONField()),
                ('valid_during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('area_id'), '&&'), (models.F('valid_during'), '&&')], name='chain_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='PaymentBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='subsidies.policy')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('claim_count', models.PositiveIntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('content_hash', models.CharField(max_length=64)),
                ('exported_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('exported_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('total_fen__gte', 0)), name='batch_pays_nothing_negative')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('provider', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='providers.provider')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='subsidies.policy')),
                ('from_month', models.DateField()),
                ('to_month', models.DateField()),
                ('sequence', models.PositiveSmallIntegerField(default=1)),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('state', models.CharField(choices=[('PREPARED', 'Prepared, to be confirmed by the provider'), ('RETURNED', 'Returned to the provider'), ('CONFIRMED', 'Confirmed by the provider'), ('CHECKED', 'Checked by the subdistrict'), ('REVIEWED', 'Reviewed by the district'), ('NOTICED', 'In public notice'), ('RELEASED', 'Released for payment'), ('EXPORTED', 'On a payment list')], default='PREPARED', max_length=10)),
                ('line_count', models.PositiveIntegerField(default=0)),
                ('subject_count', models.PositiveIntegerField(default=0)),
                ('lines_fen', models.BigIntegerField(default=0)),
                ('carried_in_fen', models.BigIntegerField(default=0)),
                ('carried_out_fen', models.BigIntegerField(default=0)),
                ('paid_fen', models.BigIntegerField(default=0)),
                ('hash', models.CharField(blank=True, max_length=64)),
                ('started_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prepared_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('due', models.DateField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('returned_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('return_reason', models.CharField(blank=True, max_length=400)),
                ('notice', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='portal.publicnotice')),
                ('batch', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='subsidies.paymentbatch')),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'area_path'], name='claim_by_state_and_area'), models.Index(fields=['from_month', 'policy'], name='claim_by_month'), models.Index(condition=models.Q(('started_by__isnull', False)), fields=['started_by'], name='claim_by_started_by'), models.Index(condition=models.Q(('confirmed_by__isnull', False)), fields=['confirmed_by'], name='claim_by_confirmed_by'), models.Index(condition=models.Q(('checked_by__isnull', False)), fields=['checked_by'], name='claim_by_checked_by'), models.Index(condition=models.Q(('reviewed_by__isnull', False)), fields=['reviewed_by'], name='claim_by_reviewed_by'), models.Index(condition=models.Q(('released_by__isnull', False)), fields=['released_by'], name='claim_by_released_by'), models.Index(condition=models.Q(('returned_by__isnull', False)), fields=['returned_by'], name='claim_by_returned_by'), models.Index(condition=models.Q(('notice__isnull', False)), fields=['notice'], name='claim_by_notice'), models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='claim_by_batch')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['PREPARED', 'RETURNED', 'CONFIRMED', 'CHECKED', 'REVIEWED', 'NOTICED', 'RELEASED', 'EXPORTED'])), name='claim_state_known'), models.UniqueConstraint(fields=('provider', 'policy', 'from_month', 'sequence'), name='claim_once_per_period_and_sequence'), models.CheckConstraint(condition=models.Q(models.Q(('started_by__isnull', True), ('confirmed_by__isnull', True), models.Q(('started_by', models.F('confirmed_by')), _negated=True), _connector='OR'), models.Q(('started_by__isnull', True), ('checked_by__isnull', True), models.Q(('started_by', models.F('checked_by')), _negated=True), _connector='OR'), models.Q(('started_by__isnull', True), ('reviewed_by__isnull', True), models.Q(('started_by', models.F('reviewed_by')), _negated=True), _connector='OR'), models.Q(('started_by__isnull', True), ('released_by__isnull', True), models.Q(('started_by', models.F('released_by')), _negated=True), _connector='OR'), models.Q(('confirmed_by__isnull', True), ('checked_by__isnull', True), models.Q(('confirmed_by', models.F('checked_by')), _negated=True), _connector='OR'), models.Q(('confirmed_by__isnull', True), ('reviewed_by__isnull', True), models.Q(('confirmed_by', models.F('reviewed_by')), _negated=True), _connector='OR'), models.Q(('confirmed_by__isnull', True), ('released_by__isnull', True), models.Q(('confirmed_by', models.F('released_by')), _negated=True), _connector='OR'), models.Q(('checked_by__isnull', True), ('reviewed_by__isnull', True), models.Q(('checked_by', models.F('reviewed_by')), _negated=True), _connector='OR'), models.Q(('checked_by__isnull', True), ('released_by__isnull', True), models.Q(('checked_by', models.F('released_by')), _negated=True), _connector='OR'), models.Q(('reviewed_by__isnull', True), ('released_by__isnull', True), models.Q(('reviewed_by', models.F('released_by')), _negated=True), _connector='OR')), name='claim_people_are_distinct'), models.CheckConstraint(condition=models.Q(('from_month__day', 1), ('to_month__day', 1), ('to_month__gte', models.F('from_month'))), name='claim_months_are_firsts'), models.CheckConstraint(condition=models.Q(('paid_fen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('lines_fen'), '+', models.F('carried_in_fen')), '-', models.F('carried_out_fen')))), name='claim_adds_up'), models.CheckConstraint(condition=models.Q(('state__in', ('PREPARED', 'RETURNED')), ('paid_fen__gte', 0), _connector='OR'), name='claim_submitted_never_pays_below_zero'), models.CheckConstraint(condition=models.Q(('state__in', ('PREPARED', 'RETURNED')), models.Q(('confirmed_at__isnull', False), models.Q(('hash', ''), _negated=True)), _connector='OR'), name='claim_submitted_is_confirmed_and_hashed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'RETURNED'), _negated=True), models.Q(('returned_at__isnull', False), models.Q(('return_reason', ''), _negated=True)), _connector='OR'), name='claim_returned_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['NOTICED', 'RELEASED', 'EXPORTED']), _negated=True), ('notice__isnull', False), _connector='OR'), name='claim_noticed_has_a_notice'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['RELEASED', 'EXPORTED']), _negated=True), ('released_at__isnull', False), _connector='OR'), name='claim_released_has_a_day'), models.CheckConstraint(condition=models.Q(('state', 'EXPORTED'), ('batch__isnull', True), _connector='XOR'), name='claim_exported_has_a_batch')],
            },
        ),
        migrations.CreateModel(
            name='Fund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='funds', to='subsidies.policy')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('year', models.PositiveSmallIntegerField()),
                ('budget_fen', models.BigIntegerField()),
                ('document', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'area', 'year'), name='fund_once_a_year'), models.CheckConstraint(condition=models.Q(('budget_fen__gte', 0)), name='fund_is_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='subsidies.policyversion')),
                ('sha', models.CharField(max_length=64)),
                ('dimensions', models.TextField()),
                ('steps', models.JSONField()),
                ('amount_fen', models.BigIntegerField()),
                ('reason', models.CharField(max_length=24)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy_version', 'sha'), name='case_once_per_version'), models.CheckConstraint(condition=models.Q(('amount_fen__gte', 0)), name='case_never_negative'), models.CheckConstraint(condition=models.Q(('amount_fen', 0), ('reason', 'PAID'), _connector='XOR'), name='case_zero_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('period', models.DateField()),
                ('policy', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.policy')),
                ('policy_version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.policyversion')),
                ('unit', models.CharField(max_length=16)),
                ('subject_key', models.CharField(db_collation='C', max_length=64)),
                ('payee', models.CharField(max_length=8)),
                ('seq', models.PositiveSmallIntegerField()),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='subsidies.claim')),
                ('case', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.case')),
                ('rank', models.PositiveIntegerField(null=True)),
                ('amount_fen', models.BigIntegerField()),
                ('posted_at', models.DateTimeField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.BrinIndex(fields=['period'], name='line_by_period', pages_per_range=16)],
                'constraints': [models.UniqueConstraint(fields=('provider', 'period', 'policy', 'unit', 'subject_key', 'payee', 'seq'), name='line_posted_once'), models.CheckConstraint(condition=models.Q(('payee__in', [subsidies.rules.codes.Payee['PROVIDER'], subsidies.rules.codes.Payee['FAMILY']])), name='line_payee_known'), models.CheckConstraint(condition=models.Q(('case__isnull', True), models.Q(('unit', 'ROUNDING'), _negated=True), _connector='XOR'), name='line_rests_on_a_case'), models.CheckConstraint(condition=models.Q(('period__day', 1)), name='line_period_is_a_first'), models.CheckConstraint(condition=models.Q(('seq', 0), models.Q(('amount_fen', 0), _negated=True), _connector='OR'), name='line_difference_is_not_zero')],
            },
        ),
        migrations.CreateModel(
            name='CarriedBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_out', to='subsidies.claim')),
                ('to_claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='carried_in', to='subsidies.claim')),
                ('payee', models.CharField(max_length=8)),
                ('fen', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('from_claim', models.F('to_claim')), _negated=True), name='carried_to_another_claim'), models.CheckConstraint(condition=models.Q(('fen__lt', 0)), name='carried_is_a_debt')],
            },
        ),
        migrations.CreateModel(
            name='SeenMark',
            fields=[
                ('mark', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='seen', serialize=False, to='providers.factchange')),
            ],
        ),
        migrations.CreateModel(
            name='DueMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('month', models.DateField()),
            ],
            options={
                'indexes': [models.Index(fields=['month', 'provider'], name='due_by_month')],
            },
        ),
        migrations.CreateModel(
            name='ClosedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('month', models.DateField()),
                ('working_days', models.PositiveSmallIntegerField()),
                ('closed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('area', 'month'), name='month_closed_once_per_area')],
            },
        ),
        migrations.CreateModel(
            name='SharedChild',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.run')),
                ('month', models.DateField()),
                ('policy_version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subsidies.policyversion')),
                ('provider', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('child', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrolments.child')),
                ('conflict', models.BooleanField()),
                ('counted', models.BooleanField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'month', 'policy_version', 'provider', 'child'), name='shared_child_once')],
            },
        ),
        migrations.CreateModel(
            name='Mover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portal.run')),
                ('month', models.DateField()),
                ('child', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrolments.child')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'month', 'child'), name='mover_once')],
            },
        ),
        migrations.CreateModel(
            name='ConflictFlag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='providers.provider')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enrolments.child')),
                ('person_key', models.CharField(max_length=64)),
                ('found_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('month', 'provider', 'child'), name='conflict_flagged_once')],
            },
        ),
    ]
