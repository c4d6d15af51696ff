"""Reads about people and territories."""

from ka_crm.people.models import Territory


def territory_ids_below(territory_id: int) -> list[int]:
    """Return the ids of a territory and of everything below it."""
    return list(
        Territory.objects.descendants(territory_id, include_self=True).values_list("pk", flat=True)
    )
