"""Tables of visits, findings, decisions and ratings, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
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
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('title_en', models.CharField(blank=True, max_length=120)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('valid_during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.policydocument')),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='checklist_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('area_id'), '&&'), (models.F('valid_during'), '&&')], name='checklist_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='ChecklistItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='inspections.checklist')),
                ('code', models.CharField(max_length=20)),
                ('position', models.PositiveSmallIntegerField()),
                ('group', models.CharField(choices=[('PAPERS', 'Papers and registration'), ('FIRE', 'Fire safety'), ('BUILDING', 'Building and surroundings'), ('FOOD', 'Food'), ('HEALTH', 'Health care'), ('SECURITY', 'Security')], max_length=10)),
                ('text', models.CharField(max_length=300)),
                ('text_en', models.CharField(blank=True, max_length=300)),
                ('basis', models.CharField(max_length=200)),
                ('level', models.CharField(choices=[('GENERAL', 'General hazard'), ('MAJOR', 'Major hazard')], max_length=8)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('group__in', ['PAPERS', 'FIRE', 'BUILDING', 'FOOD', 'HEALTH', 'SECURITY'])), name='check_group_known'), models.CheckConstraint(condition=models.Q(('level__in', ['GENERAL', 'MAJOR'])), name='check_level_known'), models.UniqueConstraint(fields=('checklist', 'code'), name='check_item_once_per_list'), models.UniqueConstraint(fields=('checklist', 'position'), name='check_item_position_once')],
            },
        ),
        migrations.CreateModel(
            name='Draw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('title', models.CharField(max_length=120)),
                ('seed', models.CharField(max_length=64)),
                ('size', models.PositiveSmallIntegerField()),
                ('population', models.JSONField()),
                ('population_hash', models.CharField(max_length=64)),
                ('inspectors', models.JSONField()),
                ('drawn', models.JSONField()),
                ('planned_on', models.DateField()),
                ('drawn_at', models.DateTimeField()),
                ('drawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gte', 1)), name='draw_takes_someone'), models.UniqueConstraint(fields=('area', 'seed'), name='draw_seed_once')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='providers.provider')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('kind', models.CharField(choices=[('DRAWN', 'Random inspection'), ('ROUTINE', 'Routine inspection'), ('SPECIAL', 'Special inspection'), ('RECHECK', 'Re-inspection')], max_length=8)),
                ('draw', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='inspections.draw')),
                ('lead', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checklist', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.checklist')),
                ('state', models.CharField(choices=[('PLANNED', 'Planned'), ('UNDER_WAY', 'Under way'), ('FINISHED', 'Finished'), ('PUBLISHED', 'Result published'), ('CANCELLED', 'Cancelled')], default='PLANNED', max_length=10)),
                ('planned_on', models.DateField()),
                ('visited_on', models.DateField(null=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('result', models.CharField(blank=True, choices=[('CONFORMS', 'No problem found'), ('CORRECT', 'Told to put right by a day'), ('MAJOR', 'Major hazard found')], max_length=8)),
                ('note', models.TextField(blank=True, max_length=2000)),
                ('met', models.CharField(blank=True, max_length=60)),
                ('publish_due', models.DateField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('cancel_reason', models.CharField(blank=True, max_length=300)),
                ('planned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['planned_on', 'state'], name='visit_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['PLANNED', 'UNDER_WAY', 'FINISHED', 'PUBLISHED', 'CANCELLED'])), name='visit_state_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['DRAWN', 'ROUTINE', 'SPECIAL', 'RECHECK'])), name='visit_kind_known'), models.CheckConstraint(condition=models.Q(('result', ''), ('result__in', ['CONFORMS', 'CORRECT', 'MAJOR']), _connector='OR'), name='visit_result_known'), models.CheckConstraint(condition=models.Q(('lead', models.F('second')), _negated=True), name='visit_two_inspectors'), models.CheckConstraint(condition=models.Q(('state__in', ['PLANNED', 'CANCELLED']), models.Q(('checklist__isnull', False), ('started_at__isnull', False), ('visited_on__isnull', False)), _connector='OR'), name='visit_begun_has_day_and_list'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['FINISHED', 'PUBLISHED']), _negated=True), models.Q(('finished_at__isnull', False), ('publish_due__isnull', False), models.Q(('result', ''), _negated=True)), _connector='OR'), name='visit_finished_has_a_result'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'PUBLISHED'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='visit_published_has_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'CANCELLED'), _negated=True), models.Q(('cancel_reason', ''), _negated=True), _connector='OR'), name='visit_cancelled_has_a_reason'), models.UniqueConstraint(fields=('draw', 'provider'), name='visit_once_per_draw')],
            },
        ),
        migrations.CreateModel(
            name='CheckResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='inspections.visit')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.checklistitem')),
                ('outcome', models.CharField(choices=[('CONFORMS', 'Conforms'), ('FAILS', 'Does not conform'), ('NOT_APPLICABLE', 'Not applicable')], max_length=14)),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['CONFORMS', 'FAILS', 'NOT_APPLICABLE'])), name='check_outcome_known'), models.UniqueConstraint(fields=('visit', 'item'), name='check_item_once_per_visit')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=40, unique=True)),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='inspections.visit')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='providers.provider')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inspections.checklistitem')),
                ('class_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='providers.classgroup')),
                ('level', models.CharField(choices=[('GENERAL', 'General hazard'), ('MAJOR', 'Major hazard')], max_length=8)),
                ('text', models.CharField(max_length=500)),
                ('basis', models.CharField(max_length=200)),
                ('found_on', models.DateField()),
                ('due_on', models.DateField()),
                ('state', models.CharField(choices=[('OPEN', 'To put right'), ('ANSWERED', 'Answered, to be checked'), ('CLEARED', 'Cleared'), ('WITHDRAWN', 'Withdrawn')], default='OPEN', max_length=10)),
                ('cleared_on', models.DateField(null=True)),
                ('cleared_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdraw_reason', models.CharField(blank=True, max_length=300)),
                ('found_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['OPEN', 'ANSWERED'])), fields=['due_on'], name='finding_open_by_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['OPEN', 'ANSWERED', 'CLEARED', 'WITHDRAWN'])), name='finding_state_known'), models.CheckConstraint(condition=models.Q(('level__in', ['GENERAL', 'MAJOR'])), name='finding_level_known'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('found_on'))), name='finding_due_after_found'), models.CheckConstraint(condition=models.Q(models.Q(('cleared_on__isnull', False), ('state', 'CLEARED')), models.Q(models.Q(('state', 'CLEARED'), _negated=True), ('cleared_on', None)), _connector='OR'), name='finding_cleared_has_a_day'), models.CheckConstraint(condition=models.Q(('cleared_on', None), ('cleared_on__gte', models.F('found_on')), _connector='OR'), name='finding_cleared_after_found'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'WITHDRAWN'), ('withdrawn_at__isnull', False), models.Q(('withdraw_reason', ''), _negated=True)), models.Q(models.Q(('state', 'WITHDRAWN'), _negated=True), ('withdrawn_at', None)), _connector='OR'), name='finding_withdrawn_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='FindingAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='inspections.finding')),
                ('round', models.PositiveSmallIntegerField()),
                ('text', models.TextField(max_length=2000)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField()),
                ('verdict', models.CharField(choices=[('WAITING', 'To be checked'), ('ACCEPTED', 'Answer accepted'), ('SENT_BACK', 'Sent back')], default='WAITING', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['WAITING', 'ACCEPTED', 'SENT_BACK'])), name='answer_verdict_known'), models.UniqueConstraint(fields=('finding', 'round'), name='answer_once_a_round'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('verdict', 'WAITING')), models.Q(models.Q(('verdict', 'WAITING'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='answer_decided_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'SENT_BACK'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='answer_sent_back_has_a_reason'), models.CheckConstraint(condition=models.Q(('answered_by', None), ('decided_by', None), models.Q(('answered_by', models.F('decided_by')), _negated=True), _connector='OR'), name='answer_maker_is_not_checker')],
            },
        ),
        migrations.CreateModel(
            name='FindingFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='inspections.finding')),
                ('answer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='files', to='inspections.findinganswer')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.storedfile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('finding', 'answer', 'file'), name='finding_file_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='FindingExtension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='extension', to='inspections.finding')),
                ('until', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('approved', models.BooleanField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved', None), ('decided_at', None)), models.Q(('approved__isnull', False), ('decided_at__isnull', False)), _connector='OR'), name='extension_decided_is_whole'), models.CheckConstraint(condition=models.Q(('asked_by', None), ('decided_by', None), models.Q(('asked_by', models.F('decided_by')), _negated=True), _connector='OR'), name='extension_maker_is_not_checker')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('number', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('SUSPEND', 'Suspend'), ('RESUME', 'Resume')], max_length=8)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='providers.provider')),
                ('class_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='providers.classgroup')),
                ('finding', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='inspections.finding')),
                ('lifts', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lifted_by', to='inspections.decision')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('reason', models.CharField(max_length=500)),
                ('basis', models.CharField(max_length=200)),
                ('from_day', models.DateField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['SUSPEND', 'RESUME'])), name='decision_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'SUSPEND'), ('lifts', None)), models.Q(('kind', 'RESUME'), ('lifts__isnull', False)), _connector='OR'), name='decision_resume_names_what_it_lifts'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'SUSPEND'), _negated=True), ('finding__isnull', False), _connector='OR'), name='decision_suspends_for_a_finding')],
            },
        ),
        migrations.CreateModel(
            name='ClassSuspension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('class_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='providers.classgroup')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='inspections.decision')),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('class_group_id'), '&&'), (models.F('during'), '&&')], name='class_suspended_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='RatingScheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('version', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('dimensions', models.JSONField()),
                ('grades', models.JSONField()),
                ('validity_months', models.PositiveSmallIntegerField()),
                ('valid_during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.policydocument')),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='rating_scheme_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('area_id'), '&&'), (models.F('valid_during'), '&&')], name='rating_scheme_one_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='inspections.ratingscheme')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='providers.provider')),
                ('area_path', models.CharField(db_collation='C', db_index=True, max_length=80)),
                ('round', models.CharField(max_length=40)),
                ('assessed_on', models.DateField()),
                ('scores', models.JSONField()),
                ('total', models.PositiveSmallIntegerField()),
                ('veto', models.CharField(blank=True, max_length=300)),
                ('grade', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('SCORED', 'Scored, to be confirmed'), ('CONFIRMED', 'Grade confirmed'), ('RETURNED', 'Returned to the evaluator')], default='SCORED', max_length=9)),
                ('assessed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assessed_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('version', models.PositiveIntegerField(default=1)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['SCORED', 'CONFIRMED', 'RETURNED'])), name='assessment_state_known'), models.CheckConstraint(condition=models.Q(('grade', None), models.Q(('grade__gte', 1), ('grade__lte', 5)), _connector='OR'), name='assessment_grade_in_range'), models.CheckConstraint(condition=models.Q(('state', 'SCORED'), ('decided_at__isnull', False), _connector='OR'), name='assessment_decided_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'RETURNED'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='assessment_returned_has_a_reason'), models.CheckConstraint(condition=models.Q(('assessed_by', None), ('decided_by', None), models.Q(('assessed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='assessment_maker_is_not_checker'), models.UniqueConstraint(fields=('provider', 'round'), name='assessment_once_a_round')],
            },
        ),
        migrations.CreateModel(
            name='RatingSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('recorded_at', models.DateTimeField()),
                ('retracted_at', models.DateTimeField(blank=True, null=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rating_spans', to='providers.provider')),
                ('grade', models.PositiveSmallIntegerField()),
                ('assessment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='inspections.assessment')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 5)), name='rating_one_to_five'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('retracted_at__isnull', True)), expressions=[(portal.fields.CodeSpan('provider_id'), '&&'), (models.F('during'), '&&')], name='rating_one_a_day')],
            },
        ),
    ]
