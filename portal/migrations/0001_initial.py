"""Tables of people, areas, law, papers, audit and runs, each with its constraints and indexes inside: one step a table keeps `migrate` short."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import portal.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('level', models.CharField(choices=[('province', 'Province'), ('city', 'City'), ('district', 'District or county'), ('street', 'Subdistrict or town'), ('community', 'Community or village')], max_length=10)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='portal.area')),
                ('path', models.CharField(db_collation='C', max_length=80, unique=True)),
                ('official', models.BooleanField(default=True)),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='portal.area')),
                ('outline', models.JSONField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['province', 'city', 'district', 'street', 'community'])), name='area_level_known'), models.CheckConstraint(condition=models.Q(('path__endswith', '/')), name='area_path_ends_with_code')],
            },
        ),
        migrations.CreateModel(
            name='AreaSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='spans', to='portal.area')),
                ('name', models.CharField(max_length=60)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('area_id'), '&&'), (models.F('during'), '&&')], name='area_has_one_name_a_day')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='phone')),
                ('is_demo', models.BooleanField(default=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='email_used_once')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('SUBDISTRICT', 'Subdistrict officer'), ('DISTRICT', 'District officer'), ('CITY', 'City officer'), ('FINANCE', 'Finance officer'), ('INSPECTOR', 'Inspector'), ('EVALUATOR', 'Evaluator'), ('AUDITOR', 'Auditor'), ('SYSADMIN', 'System administrator')], max_length=16)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='portal.area')),
                ('department', models.CharField(choices=[('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('MARKET', 'Market regulation'), ('CIVIL', 'Civil affairs'), ('FINANCE', 'Finance'), ('PRICE', 'Price authority'), ('FIRE', 'Fire and rescue'), ('POLICE', 'Police'), ('AUDIT', 'Audit'), ('IT', 'Information technology')], max_length=16)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_at', models.DateTimeField()),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['SUBDISTRICT', 'DISTRICT', 'CITY', 'FINANCE', 'INSPECTOR', 'EVALUATOR', 'AUDITOR', 'SYSADMIN'])), name='membership_role_known'), models.CheckConstraint(condition=models.Q(('department__in', ['HEALTH', 'EDUCATION', 'MARKET', 'CIVIL', 'FINANCE', 'PRICE', 'FIRE', 'POLICE', 'AUDIT', 'IT'])), name='membership_department_known'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'role', 'area', 'department'), name='membership_held_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(max_length=80)),
                ('role', models.CharField(choices=[('SUBDISTRICT', 'Subdistrict officer'), ('DISTRICT', 'District officer'), ('CITY', 'City officer'), ('FINANCE', 'Finance officer'), ('INSPECTOR', 'Inspector'), ('EVALUATOR', 'Evaluator'), ('AUDITOR', 'Auditor'), ('SYSADMIN', 'System administrator')], max_length=16)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('department', models.CharField(choices=[('HEALTH', 'Health'), ('EDUCATION', 'Education'), ('MARKET', 'Market regulation'), ('CIVIL', 'Civil affairs'), ('FINANCE', 'Finance'), ('PRICE', 'Price authority'), ('FIRE', 'Fire and rescue'), ('POLICE', 'Police'), ('AUDIT', 'Audit'), ('IT', 'Information technology')], max_length=16)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(null=True)),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['SUBDISTRICT', 'DISTRICT', 'CITY', 'FINANCE', 'INSPECTOR', 'EVALUATOR', 'AUDITOR', 'SYSADMIN'])), name='invitation_role_known'), models.CheckConstraint(condition=models.Q(('department__in', ['HEALTH', 'EDUCATION', 'MARKET', 'CIVIL', 'FINANCE', 'PRICE', 'FIRE', 'POLICE', 'AUDIT', 'IT'])), name='invitation_department_known'), models.CheckConstraint(condition=models.Q(('accepted_at__isnull', True), ('revoked_at__isnull', True), _connector='OR'), name='invitation_accepted_or_revoked')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verb', models.CharField(max_length=60)),
                ('subject', models.CharField(max_length=120)),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=80)),
                ('before', models.CharField(blank=True, max_length=20)),
                ('after', models.CharField(blank=True, max_length=20)),
                ('detail', models.JSONField(default=dict)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('sealed', models.BooleanField(default=False)),
            ],
            options={
                'indexes': [models.Index(fields=['subject', 'id'], name='audit_by_subject'), models.Index(condition=models.Q(('sealed', False)), fields=['id'], name='audit_unsealed')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.CharField(db_collation='C', max_length=60)),
                ('number', models.BigIntegerField()),
                ('subject', models.CharField(max_length=120)),
                ('content_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('short_code', models.CharField(blank=True, db_index=True, max_length=24)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('chain', 'number'), name='seal_numbered_once'), models.UniqueConstraint(fields=('chain', 'subject'), name='seal_once_per_subject')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=128)),
                ('body_hash', models.CharField(max_length=64)),
                ('started_at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('answer', models.JSONField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='idempotency_key_once_per_user')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_draft_of_a_kind_per_user')],
            },
        ),
        migrations.CreateModel(
            name='DemoDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='demo_day_is_one_row')],
            },
        ),
        migrations.CreateModel(
            name='PolicyDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('doc_no', models.CharField(blank=True, max_length=80)),
                ('issuer', models.CharField(blank=True, max_length=120)),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('status', models.CharField(choices=[('DRAFT', 'Draft for comment'), ('EFFECTIVE', 'In force'), ('SUSPENDED', 'Suspended'), ('REPEALED', 'Repealed'), ('LIBRARY', 'In the library, not in force here')], max_length=12)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('source', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['DRAFT', 'EFFECTIVE', 'SUSPENDED', 'REPEALED', 'LIBRARY'])), name='document_status_known')],
            },
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='portal.policydocument')),
                ('code', models.CharField(max_length=40)),
                ('text', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'code'), name='clause_once_per_document')],
            },
        ),
        migrations.CreateModel(
            name='LawKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True)),
                ('meaning', models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='LawValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='portal.lawkey')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.area')),
                ('value', models.JSONField()),
                ('valid_during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('clause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clause')),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(portal.fields.CodeSpan('key_id'), '&&'), (portal.fields.CodeSpan('area_id'), '&&'), (models.F('valid_during'), '&&')], name='law_one_value_a_day')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('working', models.BooleanField()),
                ('name', models.CharField(blank=True, max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='PublicNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=30)),
                ('subject', models.CharField(db_index=True, max_length=120)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='portal.area')),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('rows', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('STANDING', 'Standing for objections'), ('ENDED', 'Ended'), ('WITHDRAWN', 'Withdrawn')], default='STANDING', max_length=10)),
                ('from_day', models.DateField()),
                ('last_day', models.DateField()),
                ('workdays', models.PositiveSmallIntegerField()),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['STANDING', 'ENDED', 'WITHDRAWN'])), name='notice_state_known'), models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('from_day'))), name='notice_days_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='portal.publicnotice')),
                ('row_key', models.CharField(blank=True, max_length=60)),
                ('text', models.TextField(max_length=2000)),
                ('contact', models.CharField(max_length=60)),
                ('raised_at', models.DateTimeField()),
                ('answer', models.TextField(blank=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_at', models.DateTimeField(null=True)),
                ('upheld', models.BooleanField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), ('upheld__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('upheld__isnull', False)), _connector='OR'), name='objection_answer_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='OutgoingMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('MAIL', 'mail'), ('SMS', 'sms'), ('INBOX', 'inbox')], max_length=10)),
                ('to', models.CharField(max_length=200)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL)),
                ('subject', models.CharField(max_length=200)),
                ('body', models.TextField()),
                ('key', models.CharField(max_length=160, unique=True)),
                ('created_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('sent_at__isnull', True)), fields=['next_try_at'], name='message_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('channel__in', ['MAIL', 'SMS', 'INBOX'])), name='message_channel_known')],
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('uploaded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interests', to=settings.AUTH_USER_MODEL)),
                ('provider_code', models.CharField(db_index=True, max_length=40)),
                ('reason', models.CharField(max_length=200)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('declared_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('params', models.JSONField(default=dict)),
                ('area_path', models.CharField(db_collation='C', max_length=80)),
                ('state', models.CharField(choices=[('QUEUED', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Failed')], default='QUEUED', max_length=10)),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('queued_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['QUEUED', 'RUNNING', 'DONE', 'FAILED'])), name='run_state_known'), models.UniqueConstraint(condition=models.Q(('state__in', ['QUEUED', 'RUNNING'])), fields=('kind', 'key'), name='run_one_open_per_key'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['DONE', 'FAILED']), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='run_done_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='RunChunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='portal.run')),
                ('stage', models.PositiveSmallIntegerField(default=0)),
                ('key', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('QUEUED', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Failed')], default='QUEUED', max_length=10)),
                ('leased_until', models.DateTimeField(null=True)),
                ('worker', models.CharField(blank=True, max_length=80)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('error', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['QUEUED', 'RUNNING', 'DONE', 'FAILED'])), name='chunk_state_known'), models.UniqueConstraint(fields=('run', 'stage', 'key'), name='chunk_once_per_run')],
            },
        ),
    ]
