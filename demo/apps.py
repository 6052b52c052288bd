from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The site on one machine, with an invented letter and people, and mail that goes nowhere."""

    name = "demo"
