from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LabelingConfig(AppConfig):
    """Facts entered by people: authoring, importing, assigning, rating."""

    name = "labeling"
    verbose_name = "Labeling"

    def ready(self) -> None:
        from django.utils import translation

        from labeling import importing, language
        from labeling.grants import grant_to_application
        from labeling.practice.loading import load_known

        language.speak(translation.gettext, translation.ngettext, translation.get_language)

        importing.register("gold", load_known)
        # The one signal: after migrations the application's role gets its (lesser) rights.
        post_migrate.connect(grant_to_application, dispatch_uid="labeling.grants")
