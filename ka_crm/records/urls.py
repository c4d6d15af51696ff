"""Audit rows and saved views."""

from django.urls import path

from ka_crm.records.views import audit, saved_views

app_name = "records"

urlpatterns = [
    path("audit/", audit.audit, name="audit"),
    path("audit/<str:record_type>/<str:record_id>/", audit.audit_of, name="audit_of"),
    path("views/save/", saved_views.view_save, name="view_save"),
    path("views/<int:view_id>/share/", saved_views.view_share, name="view_share"),
    path("views/<int:view_id>/delete/", saved_views.view_delete, name="view_delete"),
]
