"""Shapes of visits: what a phone sends, and what it gets to fill in."""

from typing import Any

from rest_framework import serializers

from ka_crm.records.api.fields import ScaledField
from visits.api.photos import UPLOAD_TEXT
from visits.models import Check, CheckPart, Observation, PriceSighting, Visit, VisitKind

#: Visits of one bulk request.
MOST_VISITS = 200


class BrandSerializer(serializers.Serializer[Any]):
    """What a rival brand sold that day."""

    name = serializers.CharField(max_length=120)
    units = ScaledField(lowest=0)


class CountOfVisitSerializer(serializers.Serializer[Any]):
    """All brands and ours in one category; ``is_certain``: an unusual number was confirmed."""

    category = serializers.CharField(max_length=60)
    total = ScaledField(lowest=0)
    own = ScaledField(lowest=0)
    is_certain = serializers.BooleanField(default=False)
    certain_reason = serializers.CharField(max_length=200, default="", allow_blank=True)
    brands = serializers.ListField(child=BrandSerializer(), required=False, max_length=20)


class CheckOfVisitSerializer(serializers.Serializer[Any]):
    """What was found at a check point; leave out points not looked at."""

    point = serializers.IntegerField(min_value=1, max_value=2**62)
    is_ok = serializers.BooleanField()
    note = serializers.CharField(max_length=200, default="", allow_blank=True)


class PriceOfVisitSerializer(serializers.Serializer[Any]):
    """A price on the shelf."""

    product = serializers.CharField(max_length=60)
    price = ScaledField(lowest=0)


class LotOfVisitSerializer(serializers.Serializer[Any]):
    """A lot seen, and who supplied it as the store says."""

    lot = serializers.CharField(max_length=60)
    supplied_by = serializers.CharField(max_length=200, default="", allow_blank=True)


class VisitSerializer(serializers.Serializer[Any]):
    """One visit with everything that was seen. The same ``client_uuid`` again changes nothing."""

    client_uuid = serializers.UUIDField(help_text="Your own number of this visit: sent twice, kept once.")
    store = serializers.CharField(max_length=60, help_text="Code of the store.")
    on = serializers.DateField(help_text="The day of the visit, where you are.")
    kind = serializers.ChoiceField(choices=VisitKind.choices, default=VisitKind.ROUTINE)
    began_at = serializers.DateTimeField(required=False, allow_null=True)
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    counts = serializers.ListField(child=CountOfVisitSerializer(), required=False, max_length=50)
    checks = serializers.ListField(child=CheckOfVisitSerializer(), required=False, max_length=100)
    prices = serializers.ListField(child=PriceOfVisitSerializer(), required=False, max_length=50)
    lots = serializers.ListField(child=LotOfVisitSerializer(), required=False, max_length=50)
    task = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**62, help_text="The planned visit."
    )


class UsualSerializer(serializers.Serializer[Any]):
    """What a store usually sells on a day."""

    low = ScaledField()
    middle = ScaledField()
    high = ScaledField()


class AskSerializer(serializers.Serializer[Any]):
    """A count kept aside because it is far above the usual: confirm it or drop it."""

    category = serializers.CharField()
    total = ScaledField()
    usual = UsualSerializer(allow_null=True)


class KeptVisitSerializer(serializers.Serializer[Any]):
    """What became of one visit: 201 kept, 200 kept before, 404 no such store, 409 send it again,
    422 cannot be kept (``problems``: field → texts)."""

    client_uuid = serializers.CharField(allow_null=True)
    status = serializers.IntegerField()
    visit = serializers.IntegerField(allow_null=True)
    problems = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    asks = serializers.ListField(child=AskSerializer())


class StoredCountSerializer(serializers.ModelSerializer[Observation]):
    """A count of a visit; not confirmed: kept aside. Not live: corrected or dropped."""

    category = serializers.CharField(source="category.code")
    total = ScaledField(source="total_units")
    own = ScaledField(source="own_units")

    class Meta:
        model = Observation
        fields = ("category", "total", "own", "is_confirmed", "is_live")
        read_only_fields = fields


class StoredCheckSerializer(serializers.ModelSerializer[Check]):
    """What was found at a check point."""

    class Meta:
        model = Check
        fields = ("point", "is_ok", "note")
        read_only_fields = fields


class StoredPriceSerializer(serializers.ModelSerializer[PriceSighting]):
    """A price seen."""

    product = serializers.CharField(source="product.code")
    price = ScaledField()

    class Meta:
        model = PriceSighting
        fields = ("product", "price")
        read_only_fields = fields


class ConfirmSerializer(serializers.Serializer[Any]):
    """A count kept aside is right, because of ``reason``; or ``drop`` it."""

    category = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=200, default="", allow_blank=True)
    drop = serializers.BooleanField(default=False)


class SettledSerializer(serializers.Serializer[Any]):
    """A count that was confirmed or dropped."""

    category = serializers.CharField()
    total = ScaledField()
    own = ScaledField()
    is_confirmed = serializers.BooleanField()
    is_live = serializers.BooleanField()


class PhotoSerializer(serializers.Serializer[Any]):
    """A photo of a visit; its position data are removed."""

    file = serializers.FileField(help_text=UPLOAD_TEXT)
    part = serializers.ChoiceField(choices=CheckPart.choices, default="", allow_blank=True)
    client_uuid = serializers.UUIDField(help_text="Your own number of this photo: sent twice, kept once.")


class KeptPhotoSerializer(serializers.Serializer[Any]):
    """A photo that is kept."""

    id = serializers.IntegerField()
    client_uuid = serializers.UUIDField()
    part = serializers.CharField(allow_blank=True)


class StoredVisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit as it is kept: its counts, checks, prices, lots and the number of its photos."""

    store = serializers.CharField(source="store.code")
    by = serializers.EmailField(source="by.email", default=None, allow_null=True)
    counts = StoredCountSerializer(source="observations", many=True)
    checks = StoredCheckSerializer(many=True)
    prices = StoredPriceSerializer(source="price_sightings", many=True)
    lots = LotOfVisitSerializer(source="lot_sightings", many=True)
    photos = serializers.SerializerMethodField()

    class Meta:
        model = Visit
        fields = (
            "id", "client_uuid", "store", "on", "kind", "by", "note", "began_at", "saved_at", "counts",
            "checks", "prices", "lots", "photos", "is_generated",
        )  # fmt: skip
        read_only_fields = fields

    def get_photos(self, visit: Visit) -> int:
        return len(visit.photos.all())
