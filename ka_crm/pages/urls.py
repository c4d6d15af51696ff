from django.http import HttpRequest, HttpResponse
from django.urls import path



def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("", _soon, name="home"),
    path("search/", _soon, name="search"),
    path("help/", _soon, name="help"),
    path("healthz", _soon, name="healthz"),
    path("readyz", _soon, name="readyz"),
]
