"""Users in the admin: for administrators alone, whatever permissions a group may have."""

from collections.abc import Iterable
from typing import Any, ClassVar

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa import admin as _registers_authenticator  # noqa: F401
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import AccessToken, User


class ForAdministrators:
    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._is_administrator(request)

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return self._is_administrator(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._is_administrator(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self._is_administrator(request)

    def _is_administrator(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


class Numbered:
    """A record by its number, for the log, which asks for its text."""

    def __init__(self, record: Model) -> None:
        self._meta = record._meta
        self.pk = record.pk

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class LoggedByNumber:
    """The log outlives the account, so it has neither names nor addresses."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return super().log_addition(request, Numbered(obj), message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return super().log_change(request, Numbered(obj), message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        return super().log_deletions(request, [Numbered(obj) for obj in queryset])  # type: ignore[misc]


class CreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("email",)
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}


class ChangeForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}


@admin.register(User)
class UserAdmin(ForAdministrators, LoggedByNumber, DjangoUserAdmin):  # type: ignore[type-arg]
    form = ChangeForm
    add_form = CreationForm
    list_display = ("email", "name", "is_staff", "is_active", "last_login", "date_joined")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "time_zone")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            # Else a session of before would be good again the day the account is enabled.
            services.end_sessions(user=obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """All of it goes with the account, what can otherwise only be read here too."""
        found, counts, _refused, protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        services.delete_account(user=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        services.delete_accounts(users=queryset)


@admin.register(AccessToken)
class AccessTokenAdmin(ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg]
    """To look at. Tokens are made and revoked by their owners; disabling an account ends its tokens."""

    list_display = ("prefix", "owner", "name", "scope", "created_at", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("prefix", "owner__email")
    ordering = ("-created_at",)
    exclude = ("digest",)

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


def register(model: type[Any], *bases: type[Any]) -> None:
    """Again, for administrators."""
    admin.site.unregister(model)
    admin.site.register(model, type(f"{model.__name__}Admin", (ForAdministrators, *bases), {}))


register(Group, GroupAdmin)
register(EmailAddress, LoggedByNumber, EmailAddressAdmin)
admin.site.unregister(Authenticator)  # its form shows the secrets
