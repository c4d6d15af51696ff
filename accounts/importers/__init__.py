from accounts.importers.chains import ChainImporter
from accounts.importers.contacts import ContactImporter
from accounts.importers.customers import CustomerImporter
from accounts.importers.interactions import InteractionImporter
from accounts.importers.lookup import AccountLookup
from accounts.importers.stores import StoreImporter

__all__ = [
    "AccountLookup",
    "ChainImporter",
    "ContactImporter",
    "CustomerImporter",
    "InteractionImporter",
    "StoreImporter",
]
