from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "accounts"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("", _soon, name="list"),
    path("<str:code>/", _soon, name="customer"),
]
