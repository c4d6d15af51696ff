from ka_crm.imports.models.batch import BatchState, ImportBatch, ImportChange
from ka_crm.imports.models.mapping import RememberedMapping

__all__ = ["BatchState", "ImportBatch", "ImportChange", "RememberedMapping"]
