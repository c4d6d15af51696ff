"""Addresses of the dashboards, included under ``/api/v1/dashboards/``."""

from django.urls import path

from segmentation.api import breakdowns, dashboards, service

app_name = "dashboards"

urlpatterns = [
    path("home/", dashboards.HomeDashboard.as_view(), name="home"),
    path("ninebox/", dashboards.NineBoxDashboard.as_view(), name="ninebox"),
    path("concentration/", dashboards.ConcentrationDashboard.as_view(), name="concentration"),
    path("scatter/", dashboards.ScatterDashboard.as_view(), name="scatter"),
    path("comparison/", dashboards.ComparisonDashboard.as_view(), name="comparison"),
    path("comparison/parts/", breakdowns.ComparisonPartsDashboard.as_view(), name="comparison-parts"),
    path("sufficiency/", breakdowns.SufficiencyDashboard.as_view(), name="sufficiency"),
    path("channels/", breakdowns.ChannelsDashboard.as_view(), name="channels"),
    path("movement/", dashboards.MovementDashboard.as_view(), name="movement"),
    path("flags/", dashboards.FlagsDashboard.as_view(), name="flags"),
    path("load/", service.LoadDashboard.as_view(), name="load"),
    path("ask-first/", dashboards.AskFirstDashboard.as_view(), name="ask-first"),
]
