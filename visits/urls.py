from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "visits"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("market-shares/", _soon, name="market_shares"),
    path("estimates/", _soon, name="estimates"),
]
