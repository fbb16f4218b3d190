from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, InvalidMailer, mailers
from django.test import Client

from config.demo import mail as demo_mail


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.DEMO = True
    settings.WAYMARK_HOME = tmp_path
    settings.MAILERS = {
        "default": {"BACKEND": "config.demo.mail.FileBackend", "OPTIONS": {"folder": str(tmp_path / "mail")}}
    }
    return tmp_path / "mail"


def send(subject: str, text: str = "Hello") -> None:
    message = EmailMultiAlternatives(subject, text, "Waymark <hello@waymark.example>", ["lena@example.org"])
    message.attach_alternative("<p>Hello <b>you</b></p>", "text/html")
    mailers.default.send_messages([message])


def test_mail_is_written_one_file_each_in_order_of_time(folder):
    for number in range(3):
        send(f"Mail {number}")
    files = sorted(folder.iterdir())
    assert [path.suffix for path in files] == [".eml"] * 3
    assert [demo_mail.StoredMail.read(path).subject for path in files] == ["Mail 0", "Mail 1", "Mail 2"]
    assert folder.stat().st_mode & 0o077 == 0


def test_mail_is_never_seen_half_written(folder, monkeypatch):
    def crash(self: Path, target: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(OSError, match="no space"):
        send("Lost")
    assert list(folder.glob("*.eml")) == []


def test_mailer_needs_a_folder(settings):
    settings.MAILERS = {"default": {"BACKEND": "config.demo.mail.FileBackend"}}
    with pytest.raises(InvalidMailer, match="folder"):
        mailers.default  # noqa: B018


def test_mailer_refuses_options_it_does_not_know(settings, tmp_path):
    options = {"folder": str(tmp_path), "color": "green"}
    settings.MAILERS = {"default": {"BACKEND": "config.demo.mail.FileBackend", "OPTIONS": options}}
    with pytest.raises(InvalidMailer, match="color"):
        mailers.default  # noqa: B018


def test_pages_list_the_newest_first_and_show_the_text(folder, client):
    send("First")
    send("Second", "Open http://testserver/accounts/login/ <script>alert(1)</script>")
    listing = client.get("/demo/mail/").content.decode()
    assert listing.index("Second") < listing.index("First")
    newest = max(folder.iterdir()).stem
    page = client.get(f"/demo/mail/{newest}/").content.decode()
    assert '<a href="http://testserver/accounts/login/" rel="nofollow">' in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_pages_offer_the_message_itself(folder, client):
    send("First")
    (path,) = folder.iterdir()
    response = client.get(f"/demo/mail/{path.stem}/source/")
    assert response.headers["Content-Type"] == "message/rfc822"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{path.name}"'
    assert response.content == path.read_bytes()


def test_pages_work_before_the_first_mail(folder, client):
    assert "No emails yet." in client.get("/demo/mail/").content.decode()


@pytest.mark.parametrize(
    "name", ["nothing", "..", "../../etc/passwd", "%2e%2e%2fsecret", "01795571012504482217-77fa9e8f"]
)
def test_pages_serve_no_other_file(folder, client, name):
    folder.mkdir()
    (folder.parent / "secret.eml").write_text("secret")
    for address in (f"/demo/mail/{name}/", f"/demo/mail/{name}/source/"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["", "{name}/", "{name}/source/"])
def test_pages_exist_in_a_demo_only(folder, settings, page):
    send("First")
    (path,) = folder.iterdir()
    address = f"/demo/mail/{page.format(name=path.stem)}"
    assert Client().get(address).status_code == 200
    settings.DEMO = False
    assert Client().get(address).status_code == 404
