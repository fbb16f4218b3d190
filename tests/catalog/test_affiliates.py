import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import affiliate_tags
from guidance.catalog import snapshot
from guidance.catalog.affiliates import tagged
from tests.factories import make_resource

ADDRESS = "https://shop.example/book?edition=2#reviews"


@pytest.fixture
def shop(settings):
    settings.AFFILIATE_TAGS = affiliate_tags("shop.example=tag:waymark-20")


def test_the_tag_is_added_to_what_the_address_has_already(shop):
    assert tagged(ADDRESS) == "https://shop.example/book?edition=2&tag=waymark-20#reviews"
    assert tagged("https://another.example/book") == "https://another.example/book"
    assert tagged("https://my.shop.example/book") == "https://my.shop.example/book"  # another host, which has no tag


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("marked", "tags", "leads_to", "is_affiliate"),
    [
        (True, "shop.example=tag:waymark-20", "https://shop.example/book?edition=2&tag=waymark-20#reviews", True),
        (True, "", ADDRESS, False),
        (True, "another.example=tag:waymark-20", ADDRESS, False),
        (False, "shop.example=tag:waymark-20", ADDRESS, False),
    ],
)
def test_a_link_has_a_tag_if_and_only_if_pages_say_so(client, settings, marked, tags, leads_to, is_affiliate):
    settings.AFFILIATE_TAGS = affiliate_tags(tags)
    resource = make_resource("guide-to-shops", url=ADDRESS, affiliate=marked)
    assert snapshot.current().resources["guide-to-shops"].affiliate is is_affiliate
    assert client.get(f"/out/{resource.pk}/")["Location"] == leads_to
    assert ("(affiliate link)" in client.get("/resources/").text) is is_affiliate
    assert ("Some links to books are affiliate links" in client.get("/").text) is bool(tags)
    assert ("No link here earns Waymark anything." in client.get("/about-the-data/").text) is not is_affiliate
    answer = client.get("/api/v1/resources/").json()["results"][0]
    assert (answer["url"], answer["affiliate"]) == (ADDRESS, is_affiliate)


@pytest.mark.parametrize(
    "text", ["shop.example", "shop.example=waymark-20", "https://shop.example=tag:x", "shop=tag:x", "a.b=tag:x&y"]
)
def test_a_tag_that_cannot_be_read_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match=r"AFFILIATE_TAGS has .*www\.shop\.example=tag:waymark-20"):
        affiliate_tags(text)


def test_several_shops_and_none():
    assert affiliate_tags("") == {}
    assert affiliate_tags("a.example=tag:x, b.example=ref:y.z") == {
        "a.example": ("tag", "x"),
        "b.example": ("ref", "y.z"),
    }
