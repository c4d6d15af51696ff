"""Writes of products and categories: what everybody shares, so directors and administrators keep it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may_edit_terms
from ka_crm.people.models import User
from ka_crm.records.editing import archive_record, change_record, create_record, restore_record
from ka_crm.records.operations import differences, field_values, record_change
from purchases.models import Category, Product


def create_product(*, by: User, values: Mapping[str, Any]) -> Product:
    """Create a product. Raises ``ValidationError`` by field."""
    _may(by)
    return create_record(Product(**values), by=by)


def change_product(*, by: User, product: Product, version: int, changes: Mapping[str, Any]) -> Product:
    """Change a product. Raises ``StaleVersion`` and ``ValidationError`` by field."""
    _may(by)
    return change_record(product, by=by, version=version, changes=changes)


def archive_product(*, by: User, product: Product, reason: str = "") -> Product:
    """Put a product away; its sales stay."""
    _may(by)
    return archive_record(product, by=by, reason=reason)


def restore_product(*, by: User, product: Product) -> Product:
    """Bring an archived product back."""
    _may(by)
    return restore_record(product, by=by)


def create_category(*, by: User, values: Mapping[str, Any]) -> Category:
    """Create a category. Raises ``ValidationError`` by field."""
    _may(by)
    return create_record(Category(**values), by=by)


def change_category(*, by: User, category: Category, changes: Mapping[str, Any]) -> Category:
    """Rename a category. Raises ``ValidationError`` by field."""
    _may(by)
    fresh = Category.objects.get(pk=category.pk)
    before = field_values(fresh)
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.full_clean()
    old, new = differences(before, field_values(fresh))
    if new:
        with transaction.atomic():
            fresh.save()
            record_change(by=by, action="update", record=fresh, before=old, after=new)
    return fresh


def delete_category(*, by: User, category: Category) -> None:
    """Remove a category that nothing belongs to. Raises ``ValidationError`` where something does."""
    _may(by)
    try:
        with transaction.atomic():
            record_change(by=by, action="delete", record=category, before=field_values(category))
            category.delete()
    except models.ProtectedError as error:
        raise ValidationError(_("Products or facts belong to this category.")) from error


def _may(by: User) -> None:
    if not may_edit_terms(by):
        raise PermissionDenied
