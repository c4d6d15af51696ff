"""Part 1: what the customer is, documents, value and service."""

from django.utils.translation import gettext_lazy as _

from accounts.dossier_records import RecordKind
from accounts.forms.general import DocumentForm, ProfileForm
from accounts.models import Document, Profile
from accounts.operations.documents import add_document
from accounts.operations.profile import add_profile, change_profile_entry

KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        "profile",
        Profile,
        ProfileForm,
        "general",
        _("General part"),
        create=add_profile,
        change=change_profile_entry,
        remove=None,
    ),
    RecordKind("document", Document, DocumentForm, "documents", _("New document"), create=add_document),
)
