"""Addresses of stores: the list and the page that join results, and the forms of their room."""

from django.urls import path

from accounts.views import stores as forms
from ka_crm.pages.views import stores as pages

app_name = "stores"

urlpatterns = [
    path("", pages.store_list, name="list"),
    path("-/map/", pages.store_map_page, name="map"),
    path("-/new/", forms.new_store, name="new"),
    path("<str:code>/", pages.store_page, name="store"),
    path("<str:code>/edit/", forms.edit_store, name="edit"),
    path("<str:code>/archive/", forms.archive, name="archive"),
    path("<str:code>/restore/", forms.restore, name="restore"),
    path("<str:code>/why/", pages.store_why, name="why"),
    path("<str:code>/count/", pages.record_count, name="count"),
    path("<str:code>/share-history.json", pages.share_history_data, name="share_history"),
    path("<str:code>/share-history.<str:kind>", pages.share_history_download, name="share_history_download"),
]
