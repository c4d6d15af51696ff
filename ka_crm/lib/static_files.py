"""How static files are stored outside development."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Hashed and gzipped names; a file that nobody collected yet is served by its plain name."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one before ``collectstatic`` (tests, first start)."""
        try:
            hashed: str = super().stored_name(name)
        except ValueError:
            return name
        return hashed
