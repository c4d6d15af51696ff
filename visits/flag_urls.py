"""Addresses of flags: list, board, chains, the life of one, measures, and what they were worth."""

from django.urls import path

from visits.views.flags import lists, many, measures, page, steps

app_name = "flags"

urlpatterns = [
    path("", lists.flag_list, name="list"),
    path("board/", lists.board, name="board"),
    path("chains/", lists.chains, name="chains"),
    path("measures/", lists.remedies_page, name="remedies"),
    path("download.<str:kind>", lists.download, name="download"),
    path("round/", steps.plan_round, name="round"),
    path("assign/", many.assign, name="assign_many"),
    path("settings/", steps.settings, name="settings"),
    path("photos/<int:pk>/", page.photo, name="photo"),
    path("<int:pk>/", page.flag_page, name="flag"),
    path("<int:pk>/assign/", steps.assign, name="assign"),
    path("<int:pk>/inspect/", steps.plan, name="plan"),
    path("<int:pk>/move/", steps.move, name="move"),
    path("<int:pk>/close/", steps.close, name="close"),
    path("<int:pk>/reopen/", steps.reopen, name="reopen"),
    path("<int:pk>/note/", steps.note, name="note"),
    path("<int:pk>/measures/new/", measures.new, name="measure_new"),
    path("inspections/<int:pk>/", steps.findings, name="findings"),
    path("measures/<int:pk>/edit/", measures.edit, name="measure_edit"),
    path("measures/<int:pk>/done/", measures.done, name="measure_done"),
    path("measures/<int:pk>/cancel/", measures.cancel, name="measure_cancel"),
    path("measures/<int:pk>/remind/", measures.remind, name="remind"),
]
