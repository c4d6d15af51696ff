"""Addresses of market data: stated market shares and desk estimates."""

from django.urls import path

from visits.views import estimates, market_shares

app_name = "visits"

urlpatterns = [
    path("market-shares/", market_shares.market_share_list, name="market_shares"),
    path("market-shares/new/", market_shares.new_market_share, name="market_share_new"),
    path("market-shares/<int:pk>/edit/", market_shares.edit_market_share, name="market_share_edit"),
    path("market-shares/<int:pk>/archive/", market_shares.archive_market_share, name="market_share_archive"),
    path("estimates/", estimates.estimate_list, name="estimates"),
    path("estimates/new/", estimates.new_estimate, name="estimate_new"),
    path("estimates/<int:pk>/edit/", estimates.edit_estimate, name="estimate_edit"),
    path("estimates/<int:pk>/archive/", estimates.archive_estimate, name="estimate_archive"),
]
