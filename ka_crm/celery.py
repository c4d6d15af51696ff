"""The Celery application: one for embedded and grown installations alike."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ka_crm.settings")
app = Celery("ka_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
