from ka_crm.records.models.audit import AuditRow
from ka_crm.records.models.file import StoredFile
from ka_crm.records.models.idempotency import IdempotencyKey
from ka_crm.records.models.saved_view import SavedView
from ka_crm.records.models.setting import SystemSetting

__all__ = ["AuditRow", "IdempotencyKey", "SavedView", "StoredFile", "SystemSetting"]
