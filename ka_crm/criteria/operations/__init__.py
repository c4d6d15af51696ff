from ka_crm.criteria.operations.drafts import (
    change_draft,
    create_draft,
    publish_draft,
    remove_draft,
    restore_draft,
    return_draft,
    send_for_approval,
    submit_draft,
)
from ka_crm.criteria.operations.publishing import (
    ApproverNeeded,
    PublishedMeanwhile,
    ensure_published_criteria,
    publish_at_once,
    publish_criteria,
    retire_scope,
)

__all__ = [
    "ApproverNeeded", "PublishedMeanwhile", "change_draft", "create_draft", "ensure_published_criteria",
    "publish_at_once", "publish_criteria", "publish_draft", "remove_draft", "restore_draft", "retire_scope",
    "return_draft", "send_for_approval", "submit_draft",
]  # fmt: skip
