from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "purchases"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("", _soon, name="products"),
]
