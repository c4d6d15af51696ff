"""Addresses of results: the current run, the two lists, runs and mix, movement, why."""

from django.urls import path

from segmentation.views import (
    board,
    capacity,
    comparison,
    criteria_preview,
    downloads,
    load,
    mix,
    movement,
    nominations,
    overview,
    register,
    runs,
    selection,
    selection_steps,
    service,
    strategies,
    sufficiency,
    verify,
    why,
)

app_name = "segmentation"

urlpatterns = [
    path("segmentation/", overview.overview, name="overview"),
    path("segmentation/recompute/", overview.recompute, name="recompute"),
    path("segmentation/recompute/<int:pk>/", overview.recompute_progress_line, name="recompute_progress"),
    path("segmentation/comparison/", comparison.comparison, name="comparison"),
    path("segmentation/mix/", mix.mix, name="mix"),
    path("segmentation/sufficiency/", sufficiency.sufficiency, name="sufficiency"),
    path("segmentation/runs/", runs.run_list, name="runs"),
    path("segmentation/runs/movement/", movement.movement, name="movement"),
    path("segmentation/runs/moved/customer/<str:code>/", movement.customer_moved, name="moved_customer"),
    path(
        "segmentation/runs/moved/store/<str:code>/<str:category>/", movement.store_moved, name="moved_store"
    ),
    path("segmentation/runs/<int:pk>/", runs.run_page, name="run"),
    path("segmentation/runs/<int:pk>/verify/", verify.verify, name="verify"),
    path("segmentation/runs/<int:pk>/verify/<int:job_id>/", verify.verify_progress, name="verify_progress"),
    path("segmentation/why/customer/<str:code>/", why.customer_why, name="why_customer"),
    path("segmentation/why/store/<str:code>/<str:category>/", why.store_why, name="why_store"),
    path("segmentation/download/<str:what>.<str:kind>", downloads.download, name="download"),
    path("segmentation/strategies/", strategies.strategies, name="strategies"),
    path("segmentation/capacity/", capacity.capacity, name="capacity"),
    path("segmentation/capacity/<int:pk>/hours/", capacity.hours, name="hours"),
    path("segmentation/service/", service.service, name="service"),
    path("segmentation/service.csv", service.service_csv, name="service_csv"),
    path("segmentation/load/", load.load, name="load"),
    path("segmentation/load/handovers/<int:pk>/cancel/", load.cancel, name="cancel_handover"),
    path("segmentation/load/reassign/", board.board, name="reassign"),
    path("segmentation/load/reassign/apply/", board.apply, name="apply_reassignment"),
    path("segmentation/key-accounts/", register.key_accounts, name="key_accounts"),
    path("segmentation/key-accounts.<str:kind>", register.register_download, name="register_download"),
    path("segmentation/selection/", selection.selection, name="selection"),
    path("segmentation/selection/new/", selection_steps.new_round, name="round_new"),
    path("segmentation/selection/<int:pk>/", selection.round_page, name="round"),
    path("segmentation/selection/<int:pk>/propose/", selection_steps.propose, name="round_propose"),
    path("segmentation/selection/<int:pk>/approve/", selection_steps.approve, name="round_approve"),
    path("segmentation/selection/<int:pk>/cancel/", selection_steps.cancel, name="round_cancel"),
    path("segmentation/selection/<int:pk>/accept/", selection_steps.accept_many, name="round_accept"),
    path(
        "segmentation/selection/<int:pk>/proposals.<str:kind>",
        selection.round_download,
        name="round_download",
    ),
    path("segmentation/selection/<int:pk>/job/<int:job_id>/", selection.progress, name="round_progress"),
    path(
        "segmentation/selection/<int:pk>/<int:proposal>/accept/",
        selection_steps.accept,
        name="proposal_accept",
    ),
    path(
        "segmentation/selection/<int:pk>/<int:proposal>/reject/",
        selection_steps.reject,
        name="proposal_reject",
    ),
    path("segmentation/nominations/new/<str:code>/", nominations.new_nomination, name="nomination_new"),
    path(
        "segmentation/nominations/<int:pk>/approve/",
        nominations.approve_nomination,
        name="nomination_approve",
    ),
    path(
        "segmentation/nominations/<int:pk>/reject/", nominations.reject_nomination, name="nomination_reject"
    ),
    path("segmentation/nominations/<int:pk>/withdraw/", nominations.withdraw, name="nomination_withdraw"),
    path("segmentation/veto/<str:code>/", nominations.veto, name="veto"),
    path("segmentation/vetoes/<int:pk>/lift/", nominations.lift, name="veto_lift"),
    path("criteria/drafts/<int:pk>/preview/", criteria_preview.live, name="criteria_preview"),
    path("criteria/drafts/<int:pk>/report/", criteria_preview.report, name="criteria_report"),
    path("criteria/preview/<int:job_id>/", criteria_preview.progress, name="criteria_preview_progress"),
]
