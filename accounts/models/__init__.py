from accounts.models.customer import Customer, Ownership
from accounts.models.store import Store
from accounts.models.taxonomy import Channel, Format, Region

__all__ = ["Channel", "Customer", "Format", "Ownership", "Region", "Store"]
