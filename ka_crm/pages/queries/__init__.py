"""Reads of pages that join several rooms."""
