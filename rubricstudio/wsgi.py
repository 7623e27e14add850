"""Entry point for the web server; what requests need is loaded here, not by the first of them."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rubricstudio.settings")

# What is loaded now stays: looking through it again and again meanwhile takes a sixth of the time.
gc.disable()
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)
gc.freeze()
gc.enable()
