"""Addresses of visits: the day's list, the form, the history, planned against done."""

from django.urls import path

from visits.views import day, history, samples, settings, stops, visiting

app_name = "visiting"

urlpatterns = [
    path("", history.visit_list, name="list"),
    path("today/", day.today, name="today"),
    path("today/plan/", day.plan, name="plan"),
    path("today/order/", day.order, name="order"),
    path("team/", history.team, name="team"),
    path("samples/", samples.samples, name="samples"),
    path("samples/draw/", samples.draw_page, name="sample_draw"),
    path("samples/pairs.<str:kind>", samples.download, name="sample_pairs_download"),
    path("samples/people/<int:pk>/", samples.person_pairs, name="sample_pairs"),
    path("samples/<int:pk>/", samples.sample_page, name="sample"),
    path("samples/<int:pk>/cancel/", samples.cancel, name="sample_cancel"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/route/", settings.route, name="settings_route"),
    path("settings/points/new/", settings.new_point, name="point_new"),
    path("settings/points/<int:pk>/edit/", settings.edit_point, name="point_edit"),
    path("settings/points/<int:pk>/archive/", settings.archive_point, name="point_archive"),
    path("stops/new/", stops.new_stop, name="stop_new"),
    path("stops/<int:pk>/skip/", stops.skip, name="stop_skip"),
    path("stops/<int:pk>/move/", stops.move, name="stop_move"),
    path("stops/<int:pk>/resume/", stops.resume, name="stop_resume"),
    path("stops/<int:pk>/remove/", stops.remove, name="stop_remove"),
    path("store/<str:code>/", visiting.visit_store, name="store"),
    path("photos/<int:pk>/", visiting.photo_file, name="photo"),
    path("<uuid:client_uuid>/", visiting.visit_page, name="visit"),
    path("<uuid:client_uuid>/settle/", visiting.settle_count, name="settle"),
]
