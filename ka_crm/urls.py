"""All pages, one line per room."""

from django.contrib import admin
from django.urls import include, path

from ka_crm.api_urls import urlpatterns as api_urlpatterns

urlpatterns = [
    path("", include("ka_crm.people.urls")),
    path("", include("ka_crm.records.urls")),
    path("", include("ka_crm.pages.urls")),
    path("accounts/", include("ka_crm.pages.account_urls")),
    path("stores/", include("ka_crm.pages.store_urls")),
    path("products/", include("purchases.urls")),
    path("visits/", include("visits.visit_urls")),
    path("market-data/", include("visits.urls")),
    path("", include("segmentation.urls")),
    path("criteria/", include("ka_crm.criteria.urls")),
    path("imports/", include("ka_crm.imports.urls")),
    path("jobs/", include("ka_crm.jobs.urls")),
    path("api/", include(api_urlpatterns)),
    path("i18n/", include("django.conf.urls.i18n")),
    path("django-admin/", admin.site.urls),
]
