"""The door for any WSGI server: `gunicorn wsgi:app`."""

from hub import create_app

app = create_app()
