"""Is enough known of what accounts buy to split them? A wrong split is worse than none.

What accounts buy at all is measured (counted in their stores), estimated (from a desk, or from stores like
them) or unknown. Of the measured part some was counted too rarely to say whether our share is below the
market's. Unknown totals have no amount: they are told in accounts and in our own sales to them, which we do
know.
"""

from dataclasses import dataclass

#: Below this part of what is known to be bought the measured rest is too little (own choice).
LEAST_MEASURED = 0.50
#: Above this part of our sales, accounts of unknown total are too many (own choice).
MOST_UNKNOWN = 0.20
#: Fewer measured stores than this make no market to be compared with (docs/formulas/sufficiency.md).
LEAST_STORES = 5

NOTHING_KNOWN, LITTLE_MEASURED, MUCH_UNKNOWN, FEW_STORES = (
    "nothing_known", "little_measured", "much_unknown", "few_stores",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """What is known of some accounts and their stores; amounts in ten-thousandths over the run's window.

    Attributes:
        accounts, unknown_accounts: how many, and how many of them have no total at all.
        measured, early, estimated: what they buy, by how it is known; ``early`` was counted, but too rarely.
        own, unknown_own: our sales to all of them, and to those without a total.
        stores, counted_stores: how many stores they have, and how many were ever counted.
    """

    accounts: int = 0
    unknown_accounts: int = 0
    measured: int = 0
    early: int = 0
    estimated: int = 0
    own: int = 0
    unknown_own: int = 0
    stores: int = 0
    counted_stores: int = 0

    @property
    def total(self) -> int:
        """What is known to be bought, however it is known."""
        return self.measured + self.early + self.estimated

    @property
    def counted_part(self) -> float | None:
        """Part of the known total that was counted at all; None where nothing is known."""
        return _part(self.measured + self.early, self.total)

    @property
    def measured_part(self) -> float | None:
        return _part(self.measured, self.total)

    @property
    def early_part(self) -> float | None:
        return _part(self.early, self.total)

    @property
    def estimated_part(self) -> float | None:
        return _part(self.estimated, self.total)

    @property
    def unknown_own_part(self) -> float | None:
        """Part of our sales that goes to accounts without a total."""
        return _part(self.unknown_own, self.own)

    def plus(self, other: "Known") -> "Known":
        """Return both together."""
        return Known(**{name: value + getattr(other, name) for name, value in vars(self).items()})


def thinness(known: Known) -> tuple[str, ...]:
    """Return what is thin about the data, the worst first; empty where it carries a split, or for nobody."""
    if not known.accounts:
        return ()
    if known.total <= 0:
        return (NOTHING_KNOWN,)
    found = []
    if (known.counted_part or 0.0) < LEAST_MEASURED:
        found.append(LITTLE_MEASURED)
    if (known.unknown_own_part or 0.0) > MOST_UNKNOWN:
        found.append(MUCH_UNKNOWN)
    if known.counted_stores < min(LEAST_STORES, known.stores):
        found.append(FEW_STORES)
    return tuple(found)


def _part(amount: int, whole: int) -> float | None:
    return amount / whole if whole > 0 else None
