"""Addresses of products and categories."""

from django.urls import path

from purchases.views import products

app_name = "purchases"

urlpatterns = [
    path("", products.product_list, name="products"),
    path("-/new/", products.new_product, name="new"),
    path("-/categories/", products.category_list, name="categories"),
    path("-/categories/new/", products.new_category, name="category_new"),
    path("-/categories/<str:code>/edit/", products.edit_category, name="category_edit"),
    path("-/categories/<str:code>/delete/", products.delete_category, name="category_delete"),
    path("<str:code>/edit/", products.edit_product, name="edit"),
    path("<str:code>/archive/", products.archive_product, name="archive"),
]
