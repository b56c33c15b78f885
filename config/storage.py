"""Under which name does a browser ask for a static file?"""

from functools import cache

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class RememberedManifestStorage(ManifestStaticFilesStorage):
    """Django's hashed names, each worked out once: a page names a dozen, and none changes while a process lives."""

    # What one module imports from another is named by its content too.
    support_js_module_import_aggregation = True

    @cache  # noqa: B019  (one storage per process, and as many entries as there are files)
    def url(self, name: str, force: bool = False) -> str:
        return super().url(name, force)
