"""The purchase profile of a customer over HTTP."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import customer_by_code
from ka_crm.lib.periods import Window
from ka_crm.people.models import User
from ka_crm.records.api.fields import ScaledField
from ka_crm.records.queries import business_today
from purchases.queries import first_month_of_sales
from segmentation.models import CustomerResult
from segmentation.queries import current_run
from segmentation.queries.account_profile import account_profile


class MarginSerializer(serializers.Serializer[Any]):
    """Gross profit of lines whose cost is known; ``costed_share``: their part of all that was bought."""

    profit = ScaledField()
    share = serializers.FloatField(allow_null=True)
    costed_share = serializers.FloatField(allow_null=True)
    is_complete = serializers.BooleanField()


class ProductSumSerializer(serializers.Serializer[Any]):
    """One product in the window; an empty code: lines without a product."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    category = serializers.CharField(allow_blank=True)
    net_amount = ScaledField()
    quantity = ScaledField(allow_null=True)
    part = serializers.FloatField(allow_null=True)
    margin = MarginSerializer(allow_null=True)


class CategorySumSerializer(serializers.Serializer[Any]):
    """One category by month of the window, oldest first; ``before``: the same months a year before."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    months = serializers.ListField(child=ScaledField())
    net_amount = ScaledField()
    before = ScaledField(allow_null=True)
    change = serializers.FloatField(allow_null=True)


class BuyingSerializer(serializers.Serializer[Any]):
    """How it bought in the known months of the window."""

    first = serializers.DateField(source="window.first_month")
    last = serializers.DateField(source="window.last_day")
    months = serializers.IntegerField()
    order_days = serializers.IntegerField()
    orders_a_month = serializers.FloatField(allow_null=True)
    net_amount = ScaledField()
    amount_an_order = ScaledField(allow_null=True)
    products_bought = serializers.IntegerField()
    categories_bought = serializers.IntegerField()
    margin = MarginSerializer(allow_null=True)
    serving = serializers.DictField(child=ScaledField(), help_text="Cost to serve by kind.")
    cost_to_serve = ScaledField(allow_null=True)
    contribution = ScaledField(allow_null=True)
    products = ProductSumSerializer(many=True)
    categories = CategorySumSerializer(many=True)


class WalletSerializer(serializers.Serializer[Any]):
    """Our part of what it spends with all suppliers; ``flag`` is ``wallet_understated`` or empty."""

    share = serializers.FloatField()
    own = ScaledField()
    wallet = ScaledField()
    elsewhere = ScaledField()
    flag = serializers.CharField(allow_blank=True)


class RfmSerializer(serializers.Serializer[Any]):
    """Scores 1 (worst) to ``classes`` against ``accounts`` accounts."""

    recency = serializers.IntegerField()
    frequency = serializers.IntegerField()
    money = serializers.IntegerField()
    segment = serializers.CharField()
    classes = serializers.IntegerField()
    accounts = serializers.IntegerField()
    measure = serializers.CharField()


class PurchaseProfileSerializer(serializers.Serializer[Any]):
    """How an account buys. Amounts in currency units; null is unknown, never nought."""

    buying = BuyingSerializer()
    last_order_on = serializers.DateField(source="standing.last_order_on", allow_null=True, default=None)
    usual_gap_days = serializers.FloatField(source="standing.usual_gap_days", allow_null=True, default=None)
    buying_state = serializers.CharField(source="standing.buying_state", allow_null=True, default=None)
    wallet = WalletSerializer(allow_null=True)
    under_penetrated = serializers.BooleanField(allow_null=True)
    rfm = RfmSerializer(allow_null=True)
    buying_habits = serializers.CharField(source="general.buying_habits", default="", allow_blank=True)
    concerns = serializers.CharField(source="general.concerns", default="", allow_blank=True)
    bargaining_power = serializers.CharField(source="general.bargaining_power", default="", allow_blank=True)


class PurchaseProfileView(APIView):
    """How one customer buys: often, much, lately, varied, with what margin, and our part of its wallet."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=PurchaseProfileSerializer)
    def get(self, request: Request, code: str) -> Response:
        customer = customer_by_code(cast(User, request.user), code)
        run = current_run()
        window = Window(run.as_of, run.window_months) if run else Window(business_today(), 12)
        result = CustomerResult.objects.filter(run=run, customer=customer).first() if run else None
        found = account_profile(customer, result, window, first_month_of_sales())
        return Response(PurchaseProfileSerializer(found).data)
