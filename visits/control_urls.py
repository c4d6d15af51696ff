"""Addresses of control: prices, price list, stockpiling, diversion, delivery, supply routes."""

from django.urls import path

from visits.views.control import cases, delivery, diversion, price_list, prices, routes, stockpiling

app_name = "control"

urlpatterns = [
    path("", prices.price_page, name="home"),
    path("prices/", prices.price_page, name="prices"),
    path("prices/new/", prices.new_price, name="price_new"),
    path("price-list/", price_list.price_list, name="price_list"),
    path("price-list/new/", price_list.new_line, name="price_list_new"),
    path("price-list/<int:pk>/edit/", price_list.edit_line, name="price_list_edit"),
    path("price-list/<int:pk>/archive/", price_list.archive_line, name="price_list_archive"),
    path("stockpiling/", stockpiling.stockpiling, name="stockpiling"),
    path("diversion/", diversion.diversion, name="diversion"),
    path("diversion/lots/new/", diversion.new_lot, name="lot_new"),
    path("diversion/lots/<int:pk>/photo/", cases.lot_photo, name="lot_photo"),
    path("diversion/shipments/new/", diversion.new_shipment, name="shipment_new"),
    path("diversion/cases/new/", cases.new_case, name="case_new"),
    path("diversion/cases/<int:pk>/", cases.case_page, name="case"),
    path("diversion/cases/<int:pk>/edit/", cases.edit_case, name="case_edit"),
    path("diversion/cases/<int:pk>/evidence/", cases.new_evidence, name="evidence_new"),
    path("diversion/cases/<int:pk>/evidence/<int:number>/", cases.evidence_file, name="evidence_file"),
    path("diversion/cases/<int:pk>/close/", cases.close_case, name="case_close"),
    path("diversion/cases/<int:pk>/reopen/", cases.reopen_case, name="case_reopen"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("routes/", routes.routes, name="routes"),
    path("routes/steps/<int:pk>/edit/", routes.edit_step, name="step_edit"),
    path("routes/steps/<int:pk>/remove/", routes.remove_step, name="step_remove"),
    path("stores/<str:code>/", routes.store_control, name="store"),
    path("stores/<str:code>/steps/new/", routes.new_step, name="step_new"),
]
