from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "segmentation"


def _soon(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse("soon")


urlpatterns = [
    path("segmentation/", _soon, name="overview"),
    path("segmentation/comparison/", _soon, name="comparison"),
    path("segmentation/runs/", _soon, name="runs"),
    path("flags/", _soon, name="flags"),
]
