"""Login, users, territories, profile."""

from django.urls import include, path, re_path

from ka_crm.people.views import entrance, profile, territories, users

pages = [
    path("setup/", entrance.setup, name="setup"),
    path("people/", users.user_list, name="users"),
    path("people/new/", users.user_new, name="user_new"),
    path("people/territories/", territories.territory_tree, name="territories"),
    path("people/territories/new/", territories.territory_new, name="territory_new"),
    path("people/territories/<int:territory_id>/", territories.territory_edit, name="territory"),
    path(
        "people/territories/<int:territory_id>/delete/", territories.territory_delete, name="territory_delete"
    ),
    path("people/<int:user_id>/", users.user_detail, name="user"),
    path("people/<int:user_id>/tokens/", users.token_new, name="user_token_new"),
    path("people/<int:user_id>/tokens/<int:token_id>/revoke/", users.token_revoke, name="user_token_revoke"),
    re_path(
        r"^people/(?P<user_id>\d+)/(?P<act>invite|deactivate|reactivate|reset-second-factor)/$",
        users.user_act,
        name="user_act",
    ),
    path("profile/", profile.profile, name="profile"),
    path("profile/tokens/", profile.own_token_new, name="own_token_new"),
    path("profile/tokens/<int:token_id>/revoke/", profile.own_token_revoke, name="own_token_revoke"),
]

urlpatterns = [
    # Administrators decide mail addresses, and nobody signs up.
    re_path(r"^auth/(?:signup|email|confirm-email|password/set|login/code)/.*$", entrance.gone),
    path("auth/", include("allauth.urls")),
    # After the library's own, so that its names lead here.
    path("login/", entrance.Login.as_view(), name="account_login"),
    path("logout/", entrance.Logout.as_view(), name="account_logout"),
    path("", include((pages, "people"))),
]
