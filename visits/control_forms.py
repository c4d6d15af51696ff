"""Forms of price control, lots, case files and supply routes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Customer, Region, Store
from ka_crm.lib.editing import VersionedForm, offer
from ka_crm.lib.form_fields import CodeChoiceField, PercentField, ScaledField, date_input
from ka_crm.people.models import Role, User
from ka_crm.people.queries import territory_ids_below
from ka_crm.records.queries import business_today
from purchases.models import Product
from visits.models import (
    CaseEvidence,
    CaseState,
    DiversionCase,
    LotShipment,
    LotSighting,
    PriceSighting,
    ShelfPrice,
    SupplyStep,
)


def _code_of(model: Any, label: Any, **kwargs: Any) -> CodeChoiceField:
    return CodeChoiceField(model.objects.none(), label=label, **kwargs)


class ShelfPriceForm(VersionedForm):
    """A line of the price list."""

    product = _code_of(Product, _("Product"), help_text=_("Code of the product."))
    customer = _code_of(Customer, _("Customer"), required=False, help_text=_("Code. Empty: of everybody."))
    price = ScaledField(label=_("Recommended price"), min_value=0)
    floor = ScaledField(label=_("Floor"), min_value=0)
    sections = (
        (_("Of what, for whom"), ("product", "customer", "region")),
        (_("Prices"), ("price", "floor", "is_promotion")),
        (_("When"), ("from_on", "to_on", "note")),
    )

    class Meta:
        model = ShelfPrice
        fields = (
            "product", "customer", "region", "price", "floor", "is_promotion", "from_on", "to_on", "note",
        )  # fmt: skip
        widgets = {"from_on": date_input(), "to_on": date_input()}
        help_texts = {
            "region": _("Empty: everywhere. Name a customer or a region, not both."),
            "is_promotion": _("While it lasts its floor counts where it is the lower one."),
            "to_on": _("Empty: until further notice."),
        }

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "product", Product.objects.all())
        offer(self, "customer", Customer.objects.visible_to(viewer))
        offer(self, "region", Region.objects.all())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("It ends before it begins."))
        price, floor = cleaned.get("price"), cleaned.get("floor")
        if price is not None and floor is not None and not 0 < floor <= price:
            self.add_error("floor", _("The floor lies between zero and the price."))
        return cleaned


class _SeenForm(forms.ModelForm):  # type: ignore[type-arg]
    """Something seen in a store on a day."""

    store = _code_of(Store, _("Store"), help_text=_("Code of the store."))
    product = _code_of(Product, _("Product"), help_text=_("Code of the product."))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "store", Store.objects.visible_to(viewer))
        offer(self, "product", Product.objects.all())
        self.fields["on"].initial = business_today()


class PriceSightingForm(_SeenForm):
    """A price seen on a shelf."""

    price = ScaledField(label=_("Price on the shelf"), min_value=0)

    class Meta:
        model = PriceSighting
        fields = ("store", "product", "on", "price", "has_photo")
        widgets = {"on": date_input()}
        help_texts = {"has_photo": _("A photo confirms a price at once; otherwise a second look does.")}


class LotSightingForm(_SeenForm):
    """A lot seen in a store."""

    photo = forms.FileField(label=_("Photo"), required=False)

    class Meta:
        model = LotSighting
        fields = ("lot", "store", "product", "on", "supplied_by")
        widgets = {"on": date_input()}
        help_texts = {"lot": _("As printed on the case or bottle.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].required = False


class LotShipmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a lot was shipped to."""

    customer = _code_of(Customer, _("Customer"), required=False, help_text=_("Code of the customer."))
    product = _code_of(Product, _("Product"), required=False, help_text=_("Code of the product."))

    class Meta:
        model = LotShipment
        fields = ("lot", "territory", "shipped_on", "customer", "product")
        widgets = {"shipped_on": date_input()}

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "customer", Customer.objects.visible_to(viewer))
        offer(self, "product", Product.objects.all())
        if viewer.role == Role.SUPERVISOR:
            below = territory_ids_below(viewer.territory_id) if viewer.territory_id else []
            territories: Any = self.fields["territory"]
            territories.queryset = territories.queryset.filter(pk__in=below)


class CaseForm(VersionedForm):
    """What a case is about."""

    customer = _code_of(
        Customer,
        _("Customer"),
        required=False,
        help_text=_("Code of the customer that it is about, if known."),
    )

    class Meta:
        model = DiversionCase
        fields = ("title", "customer")

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "customer", Customer.objects.visible_to(viewer))


class EvidenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What speaks for or against a case, with a file."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("Photo, PDF or Office file, 20 MB."))

    class Meta:
        model = CaseEvidence
        fields = ("text", "on")
        widgets = {"on": date_input(), "text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = business_today()


class CloseCaseForm(forms.Form):
    """How a case ended."""

    state = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(CaseState.CONFIRMED, _("Confirmed")), (CaseState.DISMISSED, _("Dismissed"))],
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 4}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class SupplyStepForm(VersionedForm):
    """One level of a supply route."""

    margin_share = PercentField(
        label=_("Margin at this level, %"),
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text=_("Part of the price this level asks. Empty: not known."),
    )

    class Meta:
        model = SupplyStep
        fields = ("level", "supplier", "margin_share")
        help_texts = {
            "level": _("1 is nearest to us."),
            "supplier": _("Name, or the code of a customer of ours."),
        }
