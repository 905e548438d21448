from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inspections', '0002_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='assessment',
            name='state',
            field=models.CharField(choices=[('SCORED', 'Scored, to be confirmed'), ('CONFIRMED', '确认'), ('RETURNED', 'Returned to the evaluator')], default='SCORED', max_length=9),
        ),
        migrations.AlterField(
            model_name='checklistitem',
            name='group',
            field=models.CharField(choices=[('PAPERS', '材料清单'), ('FIRE', 'Fire safety'), ('BUILDING', 'Building and surroundings'), ('FOOD', 'Food'), ('HEALTH', 'Health care'), ('SECURITY', 'Security')], max_length=10),
        ),
        migrations.AlterField(
            model_name='finding',
            name='state',
            field=models.CharField(choices=[('OPEN', 'To put right'), ('ANSWERED', 'Answered, to be checked'), ('CLEARED', 'Cleared'), ('WITHDRAWN', '已撤回')], default='OPEN', max_length=10),
        ),
        migrations.AlterField(
            model_name='findinganswer',
            name='verdict',
            field=models.CharField(choices=[('WAITING', 'To be checked'), ('ACCEPTED', '已收取'), ('SENT_BACK', 'Sent back')], default='WAITING', max_length=9),
        ),
    ]
