from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0003_digests_know_the_room'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='message',
            name='notifications_msg_ended',
        ),
        migrations.AddField(
            model_name='message',
            name='settled_at',
            field=models.DateTimeField(blank=True, help_text='It has ended, and every notice that waited when it did is marked.', null=True),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('ended_at__isnull', False), ('settled_at', None)), fields=['ended_at'], name='notifications_message_ended'),
        ),
    ]
