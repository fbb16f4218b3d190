"""A job ad, a CV or both: pasted or uploaded. A valid form provides their text and, for a JSON Resume, its entries."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from guidance.catalog.snapshot import Snapshot
from guidance.matching import jsonresume, service, text_kind, uploads
from guidance.matching.jsonresume import Resume
from guidance.matching.service import MAX_TEXT, FoundSkill, JobAd
from guidance.matching.uploads import UploadError, UploadRejected
from guidance.web.match import texts
from guidance.web.match.texts import TextProblem

AD, CV = "ad", "cv"
MAX_MEGABYTES = uploads.MAX_BYTES // 1_000_000
TOO_LONG = _("We read at most 100,000 characters at a time. Remove parts that don’t name skills.")
REFUSED = {
    UploadRejected.TOO_LARGE: _("The file is larger than {n} MB. Paste its text instead."),
    UploadRejected.TOO_LONG: _("This file has over 100,000 characters. Paste the part that matters."),
    UploadRejected.WRONG_TYPE: _("We can’t read this kind of file. Choose plain text, PDF, DOCX or JSON Resume."),
    UploadRejected.ENCRYPTED: _("This file is protected by a password. Save it without one, or paste its text."),
    UploadRejected.IMAGE_ONLY: _("This PDF has images of pages but no text, like a scan. Paste the text instead."),
    UploadRejected.EMPTY: _("There is no text in this file."),
    UploadRejected.UNREADABLE: _(
        "This file is damaged or isn’t what it seems to be. Save it again, or paste its text."
    ),
    UploadRejected.UNPACKS: _("This file is too complicated to read. Paste its text instead."),
    UploadRejected.SLOW: _("Reading this file took longer than five seconds, so we stopped. Paste its text instead."),
    UploadRejected.BUSY: _(
        "Too many files are being read at the moment. Try again in a few seconds, or paste the text."
    ),
}


class SourceField(forms.CharField):
    """A pasted text. It may be binary, in which case the form explains what is wrong."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"})
        super().__init__(required=False, strip=False, widget=widget, **options)
        self.validators = []  # Django's validator rejects null characters with an unhelpful message

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).replace("\r\n", "\n")
        if len(text) > MAX_TEXT:
            raise ValidationError(TOO_LONG, code="too_long")
        if texts.is_binary(text):
            raise ValidationError(texts.BINARY, code="binary")
        return texts.without_markup(text)


class MatchForm(forms.Form):
    text = SourceField(label=_("The job ad"))
    cv = SourceField(label=_("Your CV"))
    file = forms.FileField(
        label=_("or choose a file"),
        help_text=_("An ad or a CV, as plain text, PDF, DOCX or JSON Resume, up to 5 MB."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.pdf,.docx,.json"}),
    )

    def __init__(self, *args: Any, snapshot: Snapshot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.snapshot = snapshot
        self.resume: Resume | None = None
        self.job_ad: JobAd | None = None
        self.cv_found: FoundSkill | None = None
        self.problem: TextProblem | None = None  # problem with the content of a text rather than with its form

    @property
    def ad_text(self) -> str:
        """Returns the text of the ad in a valid form; empty if there is none."""
        text: str = self.cleaned_data["text"]
        return text

    @property
    def cv_source(self) -> str:
        """Returns the CV in a valid form as it was sent, so that it can be sent again."""
        text: str = self.cleaned_data["cv"]
        return text

    @property
    def cv_text(self) -> str:
        """Returns the text of the CV in a valid form; empty if there is none."""
        return self.resume.text if self.resume else self.cv_source

    @property
    def is_sure(self) -> bool:
        """Returns whether the reader confirms that each text is in the right field."""
        return "sure" in self.data

    def clean_file(self) -> str | None:
        """Returns the text of the file."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is None:
            return None
        try:
            if (file.size or 0) > uploads.MAX_BYTES:
                raise UploadError(UploadRejected.TOO_LARGE)
            file.seek(0)  # it is read again if the request is repeated
            return uploads.text_of(file.read())
        except UploadError as error:
            raise ValidationError(str(REFUSED[error.why]).format(n=MAX_MEGABYTES), code=error.why.value) from None

    def clean(self) -> dict[str, Any]:
        sent = self.cleaned_data
        if self.errors:
            return sent
        for name in ("text", "cv"):
            sent[name] = sent[name] if sent[name].strip() else ""
        if sent["file"] is not None and sent["text"] and sent["cv"]:
            self.add_error(
                "file", _("You’ve already entered an ad and a CV. Clear the field that the file should replace.")
            )
        elif sent["file"] is None and not sent["text"] and not sent["cv"]:
            self.add_error("text", _("Paste a text here, or choose a file."))
        else:
            self._place(sent)
        return sent

    def _place(self, sent: dict[str, Any]) -> None:
        """Assigns each text to its field, and reads it."""
        came_in = {"text": "text", "cv": "cv"}
        if sent["file"] is not None:
            is_cv = bool(sent["text"]) or (not sent["cv"] and text_kind.kind_of(sent["file"]) == "cv")
            name = "cv" if is_cv else "text"
            sent[name], came_in[name] = sent["file"], "file"
        if sent["text"] and not sent["cv"] and self._is_resume(sent["text"], came_in["text"]):
            sent["text"], sent["cv"] = "", sent["text"]
        elif sent["cv"]:
            self._is_resume(sent["cv"], came_in["cv"])
        if not self.errors:
            self._read(came_in)

    def _read(self, came_in: dict[str, str]) -> None:
        """Reads the texts. If the reader insists, each text is treated as the kind that its field is for."""
        if self.ad_text:
            self.job_ad = service.read_ad(self.ad_text, self.snapshot)
        if self.cv_text:
            self.cv_found = service.match(self.cv_text, self.snapshot)
        if self.is_sure:
            return
        if self.job_ad:
            self.problem = texts.problem_of_ad(self.ad_text, self.job_ad, self.cv_text)
            self._refuse(came_in["text"])
        if self.cv_found and not self.problem and not self.resume:
            is_alone = not self.ad_text
            self.problem = texts.problem_of_cv(self.cv_text, len(self.cv_found.skills), is_alone=is_alone)
            self._refuse(came_in["cv"])

    def _refuse(self, field: str) -> None:
        if self.problem:
            self.add_error(field, ValidationError(self.problem.text, code=self.problem.code))

    def _is_resume(self, source: str, field: str) -> bool:
        """Returns whether the text is a JSON Resume. A text that looks like JSON but is not valid JSON is treated like any other
        text."""
        if not source.lstrip().startswith("{"):
            return False
        try:
            document = json.loads(source)
            # Escapes may encode lone surrogates, which no page can show.
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return False
        if not jsonresume.is_resume(document):
            self.add_error(field, _("This is JSON, but not a JSON Resume: it has no “basics”, “work” or “skills”."))
            return False
        try:
            self.resume = jsonresume.read(document)
        except ValueError:
            self.add_error(field, TOO_LONG)
        return self.resume is not None
