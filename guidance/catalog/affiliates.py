"""Tags that an operator has with shops: with one, a purchase after following a link earns a commission. Off unless set.

`settings.AFFILIATE_TAGS` is {host: (parameter, value)}. Only resources that the catalogue marks as `affiliate` get a tag, and
each of them says so beside its link.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings


def has_tag(address: str) -> bool:
    return urlsplit(address).hostname in settings.AFFILIATE_TAGS


def tagged(address: str) -> str:
    """The address with the operator's tag for its shop; as it is where there is none."""
    parts = urlsplit(address)
    tag = settings.AFFILIATE_TAGS.get(parts.hostname or "")
    if tag is None:
        return address
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode([tag]))))))
