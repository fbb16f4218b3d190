"""Users in the admin: only for administrators, regardless of group permissions."""

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
from django.contrib.auth.forms import (
    AdminUserCreationForm,
    ReadOnlyPasswordHashField,
    ReadOnlyPasswordHashWidget,
    UserChangeForm,
)
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts import roles, services
from accounts.models import AccessToken, User
from accounts.roles import EXPLAINED, UserRole


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
    """Replaces a record in the admin's log. The log stores its `str()`, which is the number of the record and nothing else."""

    def __init__(self, record: Model) -> None:
        self._meta = record._meta
        self.pk = record.pk

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class LoggedByNumber:
    """Logs changes by number, without names or addresses, because the log outlives the account."""

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


class PasswordWidget(ReadOnlyPasswordHashWidget):
    """Shows whether there is a password. Details of the hash would help no one."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        context = self.get_context(name, value, attrs)
        said = _("A password is set.") if is_password_usable(value) else _("No password is set.")
        button = format_html('<a role="button" class="button" href="../password/">{}</a>', context["button_label"])
        return format_html("<div{}>{} <p>{}</p></div>", flatatt(context["widget"]["attrs"]), said, button)


class ChangeForm(UserChangeForm):  # type: ignore[type-arg]
    password = ReadOnlyPasswordHashField(label=_("Password"), widget=PasswordWidget)
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = "__all__"
        field_classes: ClassVar[dict[str, type[forms.Field]]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        present, others = roles.role_of(self.instance), roles.other_groups()
        has_other = present == UserRole.OTHER or others.exists()
        role: Any = self.fields["role"]
        role.choices = [(each, text) for each, text in EXPLAINED.items() if each != UserRole.OTHER or has_other]
        self.initial["role"] = present
        if "groups" in self.fields:
            groups: Any = self.fields["groups"]
            groups.queryset, groups.help_text = (
                others,
                _("Groups created here. Their permissions are added to those of the role."),
            )

    def clean_role(self) -> UserRole:
        role = UserRole(self.cleaned_data["role"])
        if role != UserRole.ADMINISTRATOR and roles.is_last_administrator(self.instance):
            raise forms.ValidationError(_("This is the only administrator. Make someone else an administrator first."))
        return role

    def clean_is_active(self) -> bool:
        is_active: bool = self.cleaned_data["is_active"]
        if not is_active and roles.is_last_administrator(self.instance):
            raise forms.ValidationError(_("This is the only administrator. Make someone else an administrator first."))
        return is_active

    def clean_groups(self) -> list[Group]:
        return [*self.cleaned_data["groups"], *roles.role_groups(self.instance)]


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in UserRole if role != UserRole.OTHER]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        role = self.value() or ""
        return roles.with_role(queryset, UserRole(role)) if role in set(UserRole) else queryset


@admin.register(User)
class UserAdmin(ForAdministrators, LoggedByNumber, DjangoUserAdmin):  # type: ignore[type-arg]
    form = ChangeForm
    add_form = CreationForm
    list_display = ("email", "name", "role", "is_active", "last_login", "date_joined")
    list_filter = (RoleFilter, "is_active", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "time_zone")}),
        (_("Permissions"), {"fields": ("is_active", "role")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "usable_password", "password1", "password2")}),)

    @admin.display(description=_("role"))
    def role(self, user: User) -> str:
        return str(roles.role_of(user).label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not roles.other_groups().exists():
            return fieldsets
        return (*fieldsets, (_("Other groups"), {"fields": ("groups",), "classes": ("collapse",)}))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "role" in form.changed_data:
            roles.set_group(form.instance, form.cleaned_data["role"])

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if "role" in form.changed_data:  # permissions that match no role stay until someone chooses a role
            roles.set_flags(obj, form.cleaned_data["role"])
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data:
            # Otherwise, old sessions would become valid again when the account is re-enabled.
            services.end_sessions(user=obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Everything is deleted with the account, including records that are otherwise read-only here."""
        found, counts, _refused, protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        services.delete_account(user=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        services.delete_accounts(users=queryset)


@admin.register(AccessToken)
class AccessTokenAdmin(ForAdministrators, admin.ModelAdmin):  # type: ignore[type-arg]
    """A read-only list. Tokens are created and revoked by their owners; disabling an account ends its tokens."""

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
    """Registers a model again, for administrators only."""
    admin.site.unregister(model)
    admin.site.register(model, type(f"{model.__name__}Admin", (ForAdministrators, *bases), {}))


register(Group, GroupAdmin)
register(EmailAddress, LoggedByNumber, EmailAddressAdmin)
admin.site.unregister(Authenticator)  # its form would show the secrets
