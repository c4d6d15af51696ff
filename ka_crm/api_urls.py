"""The REST API: one router for all rooms."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from rest_framework.routers import DefaultRouter

from accounts.api import assessments, general, merging, people, plans, rivals, talks
from accounts.api.terms import ChannelViewSet, FormatViewSet, RegionViewSet, TerritoryViewSet
from accounts.api.views import CustomerViewSet, StoreViewSet
from ka_crm.criteria.api.drafts import DraftViewSet
from ka_crm.criteria.api.views import CriteriaViewSet
from ka_crm.imports.api.views import ImportViewSet
from ka_crm.jobs.api.views import JobViewSet
from ka_crm.pages.api.store_map import StoreMapDashboard
from ka_crm.people.api.me import MeView
from ka_crm.records.api.docs import ApiDescription, ApiDocs
from ka_crm.records.api.problems import unknown_endpoint
from purchases.api.facts import (
    AccountCostViewSet,
    OrderLineViewSet,
    PriceTermViewSet,
    ReceivableViewSet,
    TargetViewSet,
)
from purchases.api.views import CategoryViewSet, ProductViewSet, SalesViewSet
from segmentation.api import nominations
from segmentation.api.criteria_preview import CriteriaPreview
from segmentation.api.purchase_profile import PurchaseProfileView
from segmentation.api.results import CustomerResultViewSet, StoreResultViewSet
from segmentation.api.runs import RunViewSet
from segmentation.api.service import StrategiesView
from visits.api import control
from visits.api.counts import ObservationViewSet
from visits.api.delivery import DeliveryDashboard
from visits.api.flags import FlagViewSet, InspectionViewSet, MeasureViewSet
from visits.api.samples import SampleViewSet
from visits.api.views import CategoryTotalViewSet, EstimateViewSet, MarketShareViewSet
from visits.api.visits import VisitViewSet

router = DefaultRouter(trailing_slash=True)
router.include_format_suffixes = False
for address, view in (
    ("customers", CustomerViewSet),
    ("stores", StoreViewSet),
    ("products", ProductViewSet),
    ("categories", CategoryViewSet),
    ("regions", RegionViewSet),
    ("channels", ChannelViewSet),
    ("formats", FormatViewSet),
    ("territories", TerritoryViewSet),
    ("sales", SalesViewSet),
    ("targets", TargetViewSet),
    ("receivables", ReceivableViewSet),
    ("order-lines", OrderLineViewSet),
    ("price-terms", PriceTermViewSet),
    ("account-costs", AccountCostViewSet),
    ("observations", ObservationViewSet),
    ("visits", VisitViewSet),
    ("category-totals", CategoryTotalViewSet),
    ("market-shares", MarketShareViewSet),
    ("potential-estimates", EstimateViewSet),
    ("criteria/drafts", DraftViewSet),
    ("criteria", CriteriaViewSet),
    ("runs", RunViewSet),
    ("results/customers", CustomerResultViewSet),
    ("results/stores", StoreResultViewSet),
    ("samples", SampleViewSet),
    ("flags", FlagViewSet),
    ("inspections", InspectionViewSet),
    ("measures", MeasureViewSet),
    ("imports", ImportViewSet),
    ("jobs", JobViewSet),
    *people.ENDPOINTS,
    *talks.ENDPOINTS,
    *rivals.ENDPOINTS,
    *plans.ENDPOINTS,
    *general.ENDPOINTS,
    *assessments.ENDPOINTS,
    *nominations.ENDPOINTS,
    *merging.ENDPOINTS,
    *control.ENDPOINTS,
):
    router.register(address, view, basename=f"api-{address.replace('/', '-')}")

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/dashboards/delivery/", DeliveryDashboard.as_view(), name="api-dashboard-delivery"),
    path("v1/dashboards/store-map/", StoreMapDashboard.as_view(), name="api-store-map"),
    path("v1/dashboards/", include("segmentation.api.urls")),
    path(
        "v1/customers/<str:code>/purchase-profile/",
        PurchaseProfileView.as_view(),
        name="api-purchase-profile",
    ),
    path("v1/strategies/", StrategiesView.as_view(), name="api-strategies"),
    path("v1/criteria/preview/", CriteriaPreview.as_view(), name="api-criteria-preview"),
    path("v1/users/me/", MeView.as_view(), name="api-me"),
    path("v1/", include(router.urls)),
    path("schema/", ApiDescription.as_view(), name="api-schema"),
    path("docs/", ApiDocs.as_view(url_name="api-schema"), name="api-docs"),
    path("<path:address>", csrf_exempt(unknown_endpoint)),
]
