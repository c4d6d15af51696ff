"""How static files are stored outside development."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and gzipped names; a file that nobody collected yet is served by its plain name."""

    manifest_strict = False
