"""The REST API: one router for all rooms."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import DefaultRouter

from ka_crm.records.api.problems import unknown_endpoint

router = DefaultRouter(trailing_slash=True)

urlpatterns = [
    path("v1/dashboards/", include("segmentation.api.urls")),
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    path("<path:address>", unknown_endpoint),
]
