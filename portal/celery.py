"""The Celery app: wakes workers for work that already stands as rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("tuoyu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
