"""Every address of the product. Pages first, then the API, then what operators ask."""

from django.urls import include, path

from rubricstudio import views

urlpatterns = [
    path("", include("labeling.urls")),
    path("", include("evals.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("api/v1/", include("rubricstudio.api_urls")),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
