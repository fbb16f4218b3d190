"""The proof page, on which a learner shows others what they can do, and the names that proof pages have had."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.progress.models.base import no_email_address, one_line

MIN_PROOF_NAME, MAX_PROOF_NAME = 3, 40
PROOF_NAME = "^[a-z0-9]+(-[a-z0-9]+)*$"


class ProofPage(models.Model):
    """What a learner shows on their proof page, and its URL. The page is off until the learner turns it on."""

    class ShownSkills(models.TextChoices):
        NONE = "none", _("No skills")
        PROVED = "proved", _("Levels that a check or a project shows")
        ALL = "all", _("All levels, each with its source")

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="proof_page", verbose_name=_("learner")
    )
    name = models.CharField(
        _("name in the address"),
        max_length=MAX_PROOF_NAME,
        unique=True,
        validators=[
            RegexValidator(
                PROOF_NAME,
                _("Use lowercase letters a to z, digits and single hyphens, like lena-example."),
                code="invalid",
            ),
            MinLengthValidator(MIN_PROOF_NAME, _("Use at least %(limit_value)d characters.")),
            MaxLengthValidator(MAX_PROOF_NAME, _("Use at most %(limit_value)d characters.")),
        ],
    )
    is_public = models.BooleanField(_("public"), default=False)
    display_name = models.CharField(
        _("name on the page"), max_length=80, blank=True, validators=[one_line(), no_email_address()]
    )
    shows_role = models.BooleanField(_("role"), default=True)
    shows_readiness = models.BooleanField(_("readiness"), default=True)
    skills = models.CharField(_("skills"), max_length=6, choices=ShownSkills, default=ShownSkills.PROVED)
    shows_projects = models.BooleanField(_("projects"), default=True)
    shows_certificates = models.BooleanField(_("certificates"), default=True)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    taken_down_at = models.DateTimeField(
        _("taken down"),
        null=True,
        blank=True,
        help_text=_("When the operator took it down after a report; empty if not taken down."),
    )

    class Meta:
        verbose_name = _("proof page")
        verbose_name_plural = _("proof pages")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(name__regex=PROOF_NAME), name="proof_page_name_is_slug"),
            models.CheckConstraint(condition=Q(skills__in=["none", "proved", "all"]), name="proof_page_skills_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("web:proof", args=[self.name])

    @property
    def address(self) -> str:
        return settings.SITE_URL + self.get_absolute_url()


class ProofPageName(models.Model):
    """A hash of a name that a proof page has or had. No one else can ever use the name: when the account is deleted, the row
    stays without its learner."""

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="proof_page_names",
        verbose_name=_("learner"),
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)

    class Meta:
        verbose_name = _("used name of a proof page")
        verbose_name_plural = _("used names of proof pages")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="proof_page_name_is_digested"),
        ]

    def __str__(self) -> str:
        return self.digest[:8]
