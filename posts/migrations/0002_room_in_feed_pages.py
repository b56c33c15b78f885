from django.db import migrations


class Migration(migrations.Migration):
    """Leave room beside each feed number.

    Every publication raises the numbers of its whole audience. With room in the page the new version of a row stands
    beside the old one and no index has to learn of it.
    """

    dependencies = [("posts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE posts_feed SET (fillfactor = 25)", "ALTER TABLE posts_feed RESET (fillfactor)"
        )
    ]
