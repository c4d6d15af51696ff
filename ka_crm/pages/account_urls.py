"""Addresses of customers: the list and the pages that join results, and the forms of their room."""

from django.urls import path

from accounts.views import competitors, customers, documents, entries, general, terms
from ka_crm.pages.views import accounts
from visits.views.shelf import shelf_download

app_name = "accounts"

urlpatterns = [
    path("", accounts.account_list, name="list"),
    path("-/new/", customers.new_customer, name="new"),
    path("-/terms/", terms.terms, name="terms"),
    path("-/competitors/", competitors.competitor_list, name="competitors"),
    path("<str:code>/", accounts.customer_page, name="customer"),
    path("<str:code>/edit/", customers.edit_customer, name="edit"),
    path("<str:code>/hand-over/", customers.hand_over, name="hand_over"),
    path("<str:code>/archive/", customers.archive, name="archive"),
    path("<str:code>/restore/", customers.restore, name="restore"),
    path("<str:code>/why/", accounts.customer_why, name="why"),
    path("<str:code>/purchases.<str:kind>", accounts.purchases_download, name="purchases_download"),
    path("<str:code>/shelf.<str:kind>", shelf_download, name="shelf_download"),
    path("<str:code>/-/documents/add/", documents.add_documents, name="documents_add"),
    path("<str:code>/-/documents/<int:pk>/<str:name>", documents.document, name="document"),
    path("<str:code>/-/<slug:kind>/new/", entries.new_entry, name="entry_new"),
    path("<str:code>/-/<slug:kind>/<int:pk>/", entries.edit_entry, name="entry_edit"),
    path("<str:code>/-/<slug:kind>/<int:pk>/remove/", entries.remove_entry, name="entry_remove"),
    path("<str:code>/-/<slug:kind>/<int:pk>/restore/", entries.restore_entry, name="entry_restore"),
    path("<str:code>/-/profile/confirm/", general.confirm, name="profile_confirm"),
    path("<str:code>/-/profile/<slug:field>/", general.profile_field, name="profile_field"),
    path("<str:code>/<str:tab>/", accounts.customer_page, name="customer_tab"),
]
