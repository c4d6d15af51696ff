from ka_crm.criteria.models.version import CriteriaVersion

__all__ = ["CriteriaVersion"]
