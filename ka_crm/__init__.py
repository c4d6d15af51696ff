"""KA CRM: which accounts deserve our effort, and is that effort working?"""

from ka_crm.celery import app as celery_app

__all__ = ["celery_app"]
