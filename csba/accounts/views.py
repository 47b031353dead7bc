"""What a person may set about themselves anywhere: the language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from csba.accounts.models import User


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The reader goes on in the chosen language; who is logged in keeps it for letters, too."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)
