"""Addresses of customers: the list and the pages that join results, and the forms of their room."""

from django.urls import path

from accounts.views import customers, entries, merging, removed, terms
from ka_crm.pages.views import accounts

app_name = "accounts"

urlpatterns = [
    path("", accounts.account_list, name="list"),
    path("-/new/", customers.new_customer, name="new"),
    path("-/terms/", terms.terms, name="terms"),
    path("-/duplicates/", merging.duplicates, name="duplicates"),
    path("-/duplicates/search/", merging.search, name="duplicates_search"),
    path("-/duplicates/<slug:kind>/<int:kept>/<int:merged>/", merging.compare, name="duplicate"),
    path("-/duplicates/<slug:kind>/<int:kept>/<int:merged>/two/", merging.not_the_same, name="not_the_same"),
    path("-/merges/", merging.merges, name="merges"),
    path("-/merges/<int:pk>/", merging.merge, name="merge"),
    path("-/merges/<int:pk>/undo/", merging.undo, name="merge_undo"),
    path("-/archive/", removed.archive, name="archive_list"),
    path("<str:code>/", accounts.customer_page, name="customer"),
    path("<str:code>/edit/", customers.edit_customer, name="edit"),
    path("<str:code>/hand-over/", customers.hand_over, name="hand_over"),
    path("<str:code>/archive/", customers.archive, name="archive"),
    path("<str:code>/restore/", customers.restore, name="restore"),
    path("<str:code>/why/", accounts.customer_why, name="why"),
    path("<str:code>/purchases.<str:kind>", accounts.purchases_download, name="purchases_download"),
    path("<str:code>/-/removed/", removed.removed, name="removed"),
    path("<str:code>/-/<slug:kind>/new/", entries.new_entry, name="entry_new"),
    path("<str:code>/-/<slug:kind>/<int:pk>/", entries.edit_entry, name="entry_edit"),
    path("<str:code>/-/<slug:kind>/<int:pk>/remove/", entries.remove_entry, name="entry_remove"),
    path("<str:code>/-/<slug:kind>/<int:pk>/restore/", entries.restore_entry, name="entry_restore"),
    path("<str:code>/<str:tab>/", accounts.customer_page, name="customer_tab"),
]
