"""The ground: wiring and what every app stands on. Apps are named here in strings only."""

from csba.celery import app as celery_app

__all__ = ["celery_app"]
