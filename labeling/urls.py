"""Pages of the first four verbs, sorted by path."""

from django.urls import URLPattern, URLResolver, path

from labeling.views import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
]
