from django.urls import path

from ka_crm.criteria.views import drafts, pages, versions

app_name = "criteria"
urlpatterns = [
    path("", pages.current, name="current"),
    path("criteria.json", pages.download, name="download"),
    path("versions/<int:number>/", versions.version, name="version"),
    path("versions/<int:number>/again/", versions.again, name="again"),
    path("end/", versions.end, name="end"),
    path("drafts/", drafts.new_draft, name="new_draft"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/send/", drafts.send, name="send"),
    path("drafts/<int:pk>/send-back/", drafts.send_back, name="send_back"),
    path("drafts/<int:pk>/remove/", drafts.remove, name="remove"),
    path("drafts/<int:pk>/publish/", drafts.publish, name="publish"),
]
