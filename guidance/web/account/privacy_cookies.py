"""What the privacy notice says about cookies."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import views as account_views
from guidance.web.account.privacy_periods import periods

# The purpose of each cookie, by its name. The text may contain the names in `periods()`.
COOKIES: Mapping[str, str | Promise] = {
    settings.SESSION_COOKIE_NAME: _(
        "It keeps you logged in, or holds the plan you started, until you close the browser or for {session}."
    ),
    settings.KNOWN_COOKIE_NAME: _(
        "For {known}, it tells us that you have logged in with this browser before, so that other "
        "people’s wrong guesses can’t lock you out. It holds the number of your account."
    ),
    account_views.RESET_ADDRESS: _(
        "It holds the email address you typed to reset a password, so that the next page can show it. It "
        "expires after {reset}."
    ),
    settings.CSRF_COOKIE_NAME: _("It protects forms."),
    CookieStorage.cookie_name: _("It carries a message to the next page."),
    "theme": _("It remembers the colours you chose."),
}


def cookies() -> dict[str, str]:
    return {name: str(what).format(**periods()) for name, what in COOKIES.items()}
