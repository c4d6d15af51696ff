from django.urls import path

from ka_crm.criteria.views import pages

app_name = "criteria"
urlpatterns = [
    path("", pages.current, name="current"),
    path("criteria.json", pages.download, name="download"),
]
