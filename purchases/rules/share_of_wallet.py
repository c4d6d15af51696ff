"""Share of wallet: our part of what an account spends on the category with all suppliers."""

from dataclasses import dataclass

WALLET_UNDERSTATED = "wallet_understated"


@dataclass(frozen=True)
class ShareOfWallet:
    """Own purchases of 12 months against the wallet of the same months, in one unit.

    Attributes:
        share: own / wallet, at most 1; negative where more came back than was bought.
        own, wallet: the amounts; the wallet is raised to own where it was stated too small.
        flag: ``wallet_understated`` where it was raised, else "".
    """

    share: float
    own: int
    wallet: int
    flag: str = ""

    @property
    def elsewhere(self) -> int:
        """What the account spends with others."""
        return self.wallet - self.own


def share_of_wallet(own: int | None, wallet: int | None) -> ShareOfWallet | None:
    """Our share; None where own or wallet is not known or the wallet is not above 0.

    Args:
        own, wallet: whole ten-thousandths of a currency (or of a unit), of the same 12 months.
    """
    if own is None or wallet is None or wallet <= 0:
        return None
    if own > wallet:
        return ShareOfWallet(1.0, own, own, WALLET_UNDERSTATED)
    return ShareOfWallet(own / wallet, own, wallet)


def wallet_allocation(rank: float, brands: int) -> float:
    """Share of wallet where only our rank among the account's suppliers is known.

    The wallet allocation rule, (1 − rank/(n + 1)) · 2/n; ties share their average rank. The shares of all
    ranks add up to 1. Raises ValueError for a rank outside 1 … n.
    """
    if brands < 1 or not 1 <= rank <= brands:
        raise ValueError("a rank lies between 1 and the number of suppliers")
    return (1 - rank / (brands + 1)) * 2 / brands
