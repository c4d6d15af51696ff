"""Forms of the steps of a flag: they translate; what may be done is decided by the operations."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ka_crm.lib.editing import VersionedForm, offer
from ka_crm.lib.form_fields import ScaledField, date_input
from ka_crm.people.models import Role, User
from ka_crm.records.queries import business_today
from visits.models import CheckPart, Flag, FlagOutcome, Inspection, Measure
from visits.operations.inspections import PARTS, Found
from visits.permissions import people_who_see
from visits.queries.forms import check_points_by_part

#: Days until a new inspection or measure is due, unless somebody says otherwise.
DUE_IN = dt.timedelta(days=7)
_TEXT = forms.Textarea(attrs={"rows": 3})


class PhotosInput(forms.FileInput):
    """A field that takes several photos at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several uploaded files; whether they are photos is checked where they are kept."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(PhotosField, self).clean(file, initial) for file in files]


class StepForm(forms.Form):
    """A form of one step: it remembers which version of the record it showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record
        self.fields["version"].initial = record.version


class AssignForm(StepForm):
    """Who answers for a flag."""

    supervisor = forms.ModelChoiceField(User.objects.none(), label=_("Who answers for it"), required=False)

    def __init__(self, *args: Any, record: Flag, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        offer(self, "supervisor", people_who_see(record.store).exclude(role=Role.KAM))
        self.fields["supervisor"].initial = record.supervisor_id


class PlanForm(StepForm):
    """Who inspects, and when."""

    inspector = forms.ModelChoiceField(User.objects.none(), label=_("Who inspects"))
    planned_on = forms.DateField(label=_("Day"), widget=date_input())
    note = forms.CharField(label=_("What to look at"), widget=_TEXT, required=False, max_length=2000)

    def __init__(
        self, *args: Any, record: Flag, viewer: User, planned: Inspection | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, record=record, **kwargs)
        offer(self, "inspector", people_who_see(record.store))
        inspector = planned.by_id if planned else record.supervisor_id
        self.fields["inspector"].initial = inspector or viewer.pk
        self.fields["planned_on"].initial = (planned.planned_on if planned else None) or (
            business_today() + DUE_IN
        )
        self.fields["note"].initial = planned.note if planned else ""


class RoundForm(forms.Form):
    """One round of inspections for many flagged stores."""

    flags = forms.MultipleChoiceField(label=_("Stores"), widget=forms.CheckboxSelectMultiple)
    inspector = forms.ModelChoiceField(User.objects.none(), label=_("Who inspects"))
    planned_on = forms.DateField(label=_("Day"), widget=date_input())
    note = forms.CharField(label=_("What to look at"), widget=_TEXT, required=False, max_length=2000)

    def __init__(self, *args: Any, offered: list[Flag], viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {f"{flag.pk}:{flag.version}": flag for flag in offered}
        choices = [(value, _label(flag)) for value, flag in self.offered.items()]
        self.fields["flags"].choices = choices  # type: ignore[attr-defined]
        self.fields["flags"].initial = list(self.offered)
        managers = {flag.store.customer.kam_id for flag in offered}
        inspectors = Q(role__in=(Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN)) | Q(pk__in=managers)
        offer(self, "inspector", User.objects.filter(inspectors, is_active=True).order_by("name"))
        self.fields["inspector"].initial = viewer.pk
        self.fields["planned_on"].initial = business_today() + DUE_IN

    def chosen(self) -> list[tuple[Flag, int]]:
        """Return the chosen flags, each with the version that was shown."""
        return [(self.offered[value], int(value.split(":")[1])) for value in self.cleaned_data["flags"]]


class AssignManyForm(forms.Form):
    """Who answers for many flags, and who inspects until when; what is left empty stays as it is."""

    flags = forms.MultipleChoiceField(label=_("Stores"), widget=forms.CheckboxSelectMultiple)
    supervisor = forms.ModelChoiceField(
        User.objects.none(), label=_("Who answers for them"), required=False, empty_label=_("as it is")
    )
    inspector = forms.ModelChoiceField(
        User.objects.none(), label=_("Who inspects"), required=False, empty_label=_("as it is")
    )
    planned_on = forms.DateField(label=_("Until"), widget=date_input(), required=False)

    def __init__(self, *args: Any, offered: list[Flag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {f"{flag.pk}:{flag.version}": flag for flag in offered}
        choices = [(value, _label(flag)) for value, flag in self.offered.items()]
        self.fields["flags"].choices = choices  # type: ignore[attr-defined]
        self.fields["flags"].initial = list(self.offered)
        leading = Q(role__in=(Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN))
        managers = Q(pk__in={flag.store.customer.kam_id for flag in offered})
        people = User.objects.filter(is_active=True).order_by("name")
        offer(self, "supervisor", people.filter(leading))
        offer(self, "inspector", people.filter(leading | managers))
        self.fields["planned_on"].initial = business_today() + DUE_IN

    def chosen(self) -> list[tuple[Flag, int]]:
        """Return the chosen flags, each with the version that was shown."""
        return [(self.offered[value], int(value.split(":")[1])) for value in self.cleaned_data["flags"]]


class FindingsForm(StepForm):
    """What was found in the three parts of an inspection."""

    note = forms.CharField(label=_("Note"), widget=_TEXT, required=False, max_length=4000)

    def __init__(self, *args: Any, record: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        found = {one.part: one for one in record.findings.all()}
        self.fields["note"].initial = record.note
        self.sections = []
        points = check_points_by_part()
        for part in PARTS:
            names = (str(part), f"{part}_text", f"{part}_photos")
            one = found.get(part)
            self.fields[names[0]] = forms.ChoiceField(
                label=_("In order?"),
                choices=[("", _("not looked at yet")), ("ok", _("in order")), ("bad", _("not in order"))],
                required=False,
                initial="" if one is None else "ok" if one.is_ok else "bad",
                help_text=" · ".join(points.get(str(part), [])),
            )
            self.fields[names[1]] = forms.CharField(
                label=_("What was found"), required=False, max_length=2000, initial=one.text if one else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip
            self.fields[names[2]] = PhotosField(label=_("Photos"), required=False)
            self.sections.append((CheckPart(part).label, names))

    def found(self) -> dict[str, Found]:
        """Return the parts that were looked at."""
        values = self.cleaned_data
        return {
            str(part): Found(values[part] == "ok", values[f"{part}_text"], tuple(values[f"{part}_photos"]))
            for part in PARTS
            if values[part]
        }


class MeasureForm(VersionedForm):
    """A measure: what, who, until when, at what cost."""

    class Meta:
        model = Measure
        fields = ("kind", "text", "owner", "due_on", "cost")
        widgets = {"due_on": date_input(), "cost": forms.NumberInput(attrs={"inputmode": "decimal"})}
        labels = {"kind": _("What kind")}

    def __init__(self, *args: Any, flag: Flag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "owner", people_who_see(flag.store))
        if not self.instance.pk:
            self.fields["owner"].initial = flag.store.customer.kam_id or flag.supervisor_id
            self.fields["due_on"].initial = business_today() + 2 * DUE_IN


class DoneForm(StepForm):
    """A measure was done."""

    done_on = forms.DateField(label=_("Done on"), widget=date_input())
    note = forms.CharField(label=_("What was done"), widget=_TEXT, required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = business_today()


class CancelForm(StepForm):
    """A measure is given up."""

    note = forms.CharField(label=_("Why"), widget=_TEXT, required=False, max_length=2000)


class CloseForm(StepForm):
    """How a flag ended, and what was learned."""

    outcome = forms.ChoiceField(label=_("How it ended"))
    text = forms.CharField(label=_("What we learned"), widget=_TEXT, required=False, max_length=4000)

    def __init__(self, *args: Any, outcomes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(value, label) for value, label in FlagOutcome.choices if value in outcomes]
        self.fields["outcome"].choices = [("", "---------"), *offered]  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """A word about a flag."""

    text = forms.CharField(label=_("Note"), widget=_TEXT, max_length=4000)


class MinimumGapForm(forms.Form):
    """What the first list leaves out."""

    amount = ScaledField(
        label=_("Smallest gap a month"),
        min_value=0,
        help_text=_("Smaller ones are flagged all the same; they stand in the full lists, not in the first."),
    )


def _label(flag: Flag) -> str:
    city = f", {flag.store.city}" if flag.store.city else ""
    return f"{flag.store.name}{city}"
