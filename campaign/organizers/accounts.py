from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a site operator for known teams; nobody signs up unasked."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
