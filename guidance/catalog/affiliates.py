"""The operator's affiliate tags for shops: the operator earns a commission when someone buys through a tagged link. There are
none by default. `settings.AFFILIATE_TAGS` is {host: (parameter, value)}. Only resources marked as `affiliate` in the catalogue
get a tag, and pages say so beside each link.
"""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings


def has_tag(address: str) -> bool:
    return urlsplit(address).hostname in settings.AFFILIATE_TAGS


def tagged(address: str) -> str:
    """Returns the URL with the operator's tag for its shop; unchanged if there is no tag."""
    parts = urlsplit(address)
    tag = settings.AFFILIATE_TAGS.get(parts.hostname or "")
    if tag is None:
        return address
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode([tag]))))))
