"""Where it is remembered that no selection is under review, since every first page asks."""

NO_REVIEW = "selection:none-under-review"
