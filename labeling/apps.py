from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LabelingConfig(AppConfig):
    """Facts entered by people: authoring, importing, assigning, rating."""

    name = "labeling"
    verbose_name = "Labeling"

    def ready(self) -> None:
        from django.utils import translation

        from labeling import language
        from labeling.grants import grant_to_application

        language.speak(translation.gettext, translation.ngettext, translation.get_language)

        # The one signal: after migrations the application's role gets its (lesser) rights.
        post_migrate.connect(grant_to_application, dispatch_uid="labeling.grants")
