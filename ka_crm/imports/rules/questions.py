"""What only a person can decide, found while lines are checked."""

from ka_crm.imports.rules import reasons
from ka_crm.imports.rules.dates import fitting_formats
from ka_crm.imports.rules.fields import DATES, NUMBERS
from ka_crm.imports.rules.lines import Line, Plan
from ka_crm.imports.rules.numbers import readable_with
from ka_crm.imports.rules.report import Question

_MOST = 5_000
_DATE_REASONS = {reasons.NOT_A_DATE, reasons.WRONG_DATE_FORM}
_NUMBER_REASONS = {reasons.NOT_A_NUMBER, reasons.WRONG_SIGN_OF_DECIMALS}


class Doubts:
    """Collects dates and numbers that were not understood, and asks about their form."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._dates: dict[str, None] = {}
        self._numbers: dict[str, None] = {}

    def look_at(self, line: Line) -> None:
        """Remember the unread dates and numbers of a rejected line."""
        for problem in line.problems:
            field = self._plan.fields.get(problem.field)
            if field is None:
                continue
            if field.type in DATES and problem.reason in _DATE_REASONS and len(self._dates) < _MOST:
                self._dates[problem.value] = None
            elif field.type in NUMBERS and problem.reason in _NUMBER_REASONS and len(self._numbers) < _MOST:
                self._numbers[problem.value] = None

    def questions(self) -> list[Question]:
        """Return the questions, each with answers that fit all that was seen."""
        return [*self._about_dates(), *self._about_numbers()]

    def _about_dates(self) -> list[Question]:
        if not self._dates:
            return []
        options = [{"date_format": form} for form in fitting_formats(self._dates)]
        return [
            Question("date_format", "In which form are the dates written?", list(self._dates)[:5], options)
        ]

    def _about_numbers(self) -> list[Question]:
        other = "," if self._plan.mapping.decimal == "." else "."
        unread = [text for text in self._numbers if readable_with(text, other)]
        if not unread:
            return []
        return [
            Question(
                "decimal",
                "Which sign stands before the decimals?",
                unread[:5],
                [{"decimal": "."}, {"decimal": ","}],
            )
        ]
