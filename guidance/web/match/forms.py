"""A job ad or a CV: pasted or uploaded. What comes out of a valid form is its text and, for a JSON Resume, what that lists."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.matching import jsonresume, uploads
from guidance.matching.jsonresume import Resume
from guidance.matching.service import MAX_TEXT
from guidance.matching.uploads import UploadError, UploadRejected
from guidance.web.forms import RecordField, show
from guidance.web.onboarding.drafts import MAX_WORDS_LENGTH, CvSkill

AD, CV = "ad", "cv"
MAX_MEGABYTES = uploads.MAX_BYTES // 1_000_000
TOO_LONG = _("At most 100,000 characters are read at a time. Leave out what does not name a skill.")
REFUSED = {
    UploadRejected.TOO_LARGE: _("The file is larger than {n} MB. Paste the text of it instead."),
    UploadRejected.TOO_LONG: _(
        "There is more text in this file than the 100,000 characters we read. Paste the part that counts."
    ),
    UploadRejected.WRONG_TYPE: _("We cannot read files of this kind. Choose plain text, PDF, DOCX or JSON Resume."),
    UploadRejected.ENCRYPTED: _("This file asks for a password. Save it without one, or paste its text."),
    UploadRejected.IMAGE_ONLY: _("This PDF has pictures of pages and no text, as a scan does. Paste the text instead."),
    UploadRejected.EMPTY: _("There is no text in this file."),
    UploadRejected.UNREADABLE: _("This file is damaged or not what it seems to be. Save it anew, or paste its text."),
    UploadRejected.UNPACKS: _("This file is too complicated to read. Paste its text instead."),
    UploadRejected.SLOW: _("Reading this file took longer than five seconds, so we stopped. Paste its text instead."),
    UploadRejected.BUSY: _(
        "Too many files are being read at the moment. Try again in a few seconds, or paste the text."
    ),
}


class MatchForm(forms.Form):
    about = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(AD, _("a job ad")), (CV, _("my CV"))],
        widget=forms.RadioSelect,
        required=False,
    )
    text = forms.CharField(
        label=_("Paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label=_("or choose a file"),
        help_text=_("Plain text, PDF, DOCX or JSON Resume, up to 5 MB."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.pdf,.docx,.json"}),
    )
    role = RecordField(
        Kind.ROLE,
        nothing=_("No role in particular"),
        label=_("Compare with"),
        help_text=_("Its levels are the targets. Without a role, and for what it does not ask for, the target is 2."),
        required=False,
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **options: Any) -> None:
        super().__init__(*args, **options)
        show(self, snapshot)
        self.resume: Resume | None = None

    @property
    def about_cv(self) -> bool:
        """Of a valid form. A JSON Resume is a CV whatever was chosen."""
        return self.resume is not None or self.cleaned_data["about"] == CV

    @property
    def source(self) -> str:
        """The text of a valid form."""
        text: str = self.resume.text if self.resume else self.cleaned_data["source"]
        return text

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if len(text) > MAX_TEXT:
            raise ValidationError(TOO_LONG, code="too_long")
        return text

    def clean_file(self) -> str | None:
        """Its text."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            if (file.size or 0) > uploads.MAX_BYTES:
                raise UploadError(UploadRejected.TOO_LARGE)
            file.seek(0)  # it is read again when the request is done again
            return uploads.text_of(file.read())
        except UploadError as error:
            raise ValidationError(str(REFUSED[error.why]).format(n=MAX_MEGABYTES), code=error.why.value) from None

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if self.errors:
            return sent
        pasted, uploaded = sent["text"].strip(), sent["file"]
        if pasted and uploaded is not None:
            self.add_error("file", _("Paste a text or choose a file, not both. Which one do you mean?"))
        elif not pasted and uploaded is None:
            self.add_error("text", _("Paste a text here, or choose a file."))
        else:
            field = "text" if pasted else "file"
            sent["source"] = sent["text"] if pasted else uploaded
            self._read_resume(sent["source"], field)
        return sent

    def _read_resume(self, source: str, field: str) -> None:
        """What looks like JSON and is none is a text like any other."""
        if not source.lstrip().startswith("{"):
            return
        try:
            document = json.loads(source)
            # Escapes may spell halves of characters, which no page can show.
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return
        if not jsonresume.is_resume(document):
            self.add_error(
                field, _("This is JSON, but no JSON Resume: it has neither “basics” nor “work” nor “skills”.")
            )
            return
        try:
            self.resume = jsonresume.read(document)
        except ValueError:
            self.add_error(field, TOO_LONG)


# What was found in a CV, on its way from the page that shows it to the one that confirms it


def packed_skill(slug: str, find: CvSkill) -> str:
    return f"{slug} {find.level} {find.line} {find.times} {find.words}"


def unpacked_skills(values: list[str], snapshot: Snapshot) -> dict[str, CvSkill]:
    """Only what is as it was sent; anything else is passed over, as in `drafts.read`."""
    found: dict[str, CvSkill] = {}
    for value in values:
        match value.split(" ", 4):
            case [slug, level, line, times, words] if slug in snapshot.skills and level in {"1", "2", "3"}:
                if all(number.isdecimal() and number.isascii() and len(number) < 7 for number in (line, times)):
                    found[slug] = CvSkill(int(level), words[:MAX_WORDS_LENGTH], int(line), int(times))
    return found
