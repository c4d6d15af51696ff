"""The number of queries does not grow with the data."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer
from segmentation.models import SegmentationRun

pytestmark = pytest.mark.django_db
MOST = 14
URLS = (
    "/",
    "/segmentation/",
    "/segmentation/?tab=list",
    "/segmentation/?tab=list&level=stores",
    "/segmentation/?tab=movement",
    "/segmentation/?tab=elsewhere",
    "/segmentation/?tab=ask",
    "/segmentation/comparison/",
    "/segmentation/comparison/?open=C0003",
    "/segmentation/comparison/?by=kam",
    "/segmentation/runs/",
    "/segmentation/load/",
    "/segmentation/capacity/",
    "/segmentation/service/",
    "/segmentation/strategies/",
    "/api/v1/dashboards/load/",
    "/segmentation/runs/movement/?by=cell",
    "/api/v1/dashboards/home/",
    "/api/v1/dashboards/scatter/",
    "/api/v1/dashboards/comparison/",
    "/api/v1/dashboards/comparison/parts/",
    "/api/v1/dashboards/sufficiency/",
    "/api/v1/dashboards/channels/",
)


def counted(client):
    counts = {}
    for url in URLS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200, url
        counts[url] = len(queries)
    return counts


def test_fifty_and_five_hundred_customers_take_equally_many_queries(client, many_customers, dora):
    many_customers(50)
    client.force_login(dora)
    client.get("/")
    few = counted(client)
    assert max(few.values()) <= MOST, few
    run = SegmentationRun.objects.get(is_current=True)
    _grow(run, 450)
    assert run.customer_results.count() == 500
    assert counted(client) == few


def _grow(run, more):
    """Copy rows of the current run to new customers, in bulk."""
    template = run.customer_results.select_related("customer").first()
    customers = Customer.objects.bulk_create(
        Customer(code=f"X{n:04}", name=f"Extra {n:04}", kam=template.customer.kam) for n in range(more)
    )
    rows = []
    for number, customer in enumerate(customers):
        row = type(template)(
            **{
                field.attname: getattr(template, field.attname)
                for field in template._meta.concrete_fields
                if field.attname != "id"
            }
        )
        row.customer = customer
        row.rank_own, row.rank_potential = 51 + number, 51 + number
        rows.append(row)
    type(template).objects.bulk_create(rows)
