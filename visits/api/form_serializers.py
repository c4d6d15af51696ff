"""Shapes of a day's list and of the form of a visit; nothing of a dossier is in them."""

from typing import Any

from rest_framework import serializers

from ka_crm.records.api.fields import ScaledField
from visits.api.visit_serializers import UsualSerializer
from visits.models import CheckPart


class LastCountSerializer(serializers.Serializer[Any]):
    """The newest count that holds."""

    on = serializers.DateField()
    total = ScaledField()
    own = ScaledField()


class FormCategorySerializer(serializers.Serializer[Any]):
    """One category of the form: what was counted last and how sure the share is; shares are fractions."""

    code = serializers.CharField(source="category.code")
    name = serializers.CharField(source="category.__str__")
    unit = serializers.SerializerMethodField()
    last = LastCountSerializer(allow_null=True)
    usual = UsualSerializer(allow_null=True)
    share = serializers.FloatField(source="share.share", default=None, allow_null=True)
    low = serializers.FloatField(source="share.low", default=None, allow_null=True)
    high = serializers.FloatField(source="share.high", default=None, allow_null=True)
    market_share = serializers.FloatField(source="share.market_share", default=None, allow_null=True)
    status = serializers.CharField(source="share.status", default="insufficient")
    visits_done = serializers.IntegerField()
    visits_needed = serializers.IntegerField()

    def get_unit(self, _row: Any) -> str:
        return "units"


class FormPointSerializer(serializers.Serializer[Any]):
    """Something to look at."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    part = serializers.ChoiceField(choices=CheckPart.choices)


class FormProductSerializer(serializers.Serializer[Any]):
    """A price to check."""

    code = serializers.CharField(source="product.code")
    name = serializers.CharField(source="product.name")
    shelf_price = ScaledField(allow_null=True)
    last_price = ScaledField(allow_null=True)


class FormSerializer(serializers.Serializer[Any]):
    """What the form of a visit asks and shows; nothing of a dossier."""

    categories = FormCategorySerializer(many=True)
    points = FormPointSerializer(many=True)
    products = FormProductSerializer(many=True)
    competitors = serializers.ListField(child=serializers.CharField())


class VisitedStoreSerializer(serializers.Serializer[Any]):
    """A store to go to."""

    code = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    customer = serializers.CharField(source="customer.name")


class StoreFormSerializer(FormSerializer):
    """The form of one store."""

    store = VisitedStoreSerializer()


class StopSerializer(serializers.Serializer[Any]):
    """One planned visit."""

    task = serializers.IntegerField()
    position = serializers.IntegerField()
    store = VisitedStoreSerializer()
    reason = serializers.CharField()
    reason_text = serializers.CharField()
    status_text = serializers.CharField()
    state = serializers.CharField()
    kind = serializers.CharField()
    form = FormSerializer()


class NearSerializer(serializers.Serializer[Any]):
    """A store worth a visit where none is planned."""

    store = VisitedStoreSerializer()
    reason_text = serializers.CharField()


class DaySerializer(serializers.Serializer[Any]):
    """The visits of one day; ``near`` names stores that lose most where nothing is planned."""

    on = serializers.DateField()
    today = serializers.DateField()
    user = serializers.CharField()
    stops = StopSerializer(many=True)
    near = NearSerializer(many=True)
