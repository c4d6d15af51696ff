"""Addresses of customers: the list and the pages that join results, and the forms of their room."""

from django.urls import path

from accounts.views import (
    competitors,
    customers,
    documents,
    entries,
    fill_in,
    general,
    people,
    plans,
    standards,
    talks,
    team,
    terms,
)
from ka_crm.pages.views import accounts, dossier_more
from segmentation.views.plan_service import plan_service
from visits.views.shelf import shelf_download

app_name = "accounts"

urlpatterns = [
    path("", accounts.account_list, name="list"),
    path("-/new/", customers.new_customer, name="new"),
    path("-/terms/", terms.terms, name="terms"),
    path("-/service-standards/", standards.service_standards, name="service_standards"),
    path("-/competitors/", competitors.competitor_list, name="competitors"),
    path("<str:code>/", accounts.customer_page, name="customer"),
    path("<str:code>/edit/", customers.edit_customer, name="edit"),
    path("<str:code>/hand-over/", customers.hand_over, name="hand_over"),
    path("<str:code>/archive/", customers.archive, name="archive"),
    path("<str:code>/restore/", customers.restore, name="restore"),
    path("<str:code>/why/", accounts.customer_why, name="why"),
    path("<str:code>/why/buying/", dossier_more.buying, name="buying"),
    path("<str:code>/net-terms/", dossier_more.net_terms, name="net_terms"),
    path("<str:code>/fill-in/<slug:section>/<slug:piece>/", fill_in.fill_in, name="fill_in"),
    path("<str:code>/purchases.<str:kind>", accounts.purchases_download, name="purchases_download"),
    path("<str:code>/shelf.<str:kind>", shelf_download, name="shelf_download"),
    path("<str:code>/-/documents/add/", documents.add_documents, name="documents_add"),
    path("<str:code>/-/documents/<int:pk>/<str:name>", documents.document, name="document"),
    path("<str:code>/-/<slug:kind>/new/", entries.new_entry, name="entry_new"),
    path("<str:code>/-/<slug:kind>/<int:pk>/", entries.edit_entry, name="entry_edit"),
    path("<str:code>/-/<slug:kind>/<int:pk>/remove/", entries.remove_entry, name="entry_remove"),
    path("<str:code>/-/<slug:kind>/<int:pk>/restore/", entries.restore_entry, name="entry_restore"),
    path("<str:code>/-/plan/<int:pk>/service/", plan_service, name="plan_service"),
    path("<str:code>/-/plan/<int:pk>/close/", plans.close, name="plan_close"),
    path("<str:code>/-/plan/<int:pk>/copy/", plans.copy_forward, name="plan_copy"),
    path("<str:code>/-/plan/<int:pk>/step/<slug:act>/", plans.step, name="plan_step"),
    path("<str:code>/-/action/<int:pk>/done/<slug:act>/", plans.tick, name="action_tick"),
    path("<str:code>/-/request/<int:pk>/answer/", team.answer, name="request_answer"),
    path("<str:code>/-/request/<int:pk>/reopen/", team.ask_again, name="request_reopen"),
    path("<str:code>/-/service-case/<int:pk>/done/<slug:act>/", team.finish, name="case_done"),
    path("<str:code>/-/value-case/<int:year>/print/", plans.value_case, name="value_case"),
    path("<str:code>/-/profile/confirm/", general.confirm, name="profile_confirm"),
    path("<str:code>/-/profile/<slug:field>/", general.profile_field, name="profile_field"),
    path("<str:code>/-/contact/<int:pk>/move/", people.contact_move, name="contact_move"),
    path("<str:code>/-/recent/", dossier_more.recent, name="recent"),
    path("<str:code>/-/log/", talks.log, name="talk_log"),
    path("<str:code>/-/older/", talks.older, name="timeline_older"),
    path("<str:code>/-/interaction/<int:pk>/hold/", talks.hold, name="talk_hold"),
    path("<str:code>/-/interaction/<int:pk>/plan-again/", talks.plan, name="talk_plan_again"),
    path("<str:code>/-/promise/<int:pk>/keep/", talks.keep, name="promise_keep"),
    path("<str:code>/-/promise/<int:pk>/reopen/", talks.reopen, name="promise_reopen"),
    path("<str:code>/<str:tab>/", accounts.customer_page, name="customer_tab"),
]
