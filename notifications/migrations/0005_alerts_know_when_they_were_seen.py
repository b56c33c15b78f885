from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_messages_settle'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='seen_at',
            field=models.DateTimeField(default=timezone.now, help_text='When it was last found to be so.'),
            preserve_default=False,
        ),
    ]
