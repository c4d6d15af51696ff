"""Keyset pages: no COUNT, and the thousandth page is as fast as the first."""

from rest_framework.pagination import CursorPagination


class KeysetPagination(CursorPagination):
    """Pages by cursor; ``page_size`` up to 1,000."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = "id"
