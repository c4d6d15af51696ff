from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "people"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("people/", _soon, name="users"),
]
