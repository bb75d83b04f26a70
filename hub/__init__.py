"""The Transition Learning Hub: lessons of local governments, found across languages."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from hub.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The web application; settings come from the environment unless given."""
    # Imported here, because every command imports this package and `hub search` must start without Flask.
    from hub.web import (
        about,
        application,
        assets,
        brief,
        browse,
        documents,
        errors,
        home,
        languages,
        permanent,
        plain,
        search,
        security,
        service,
        templating,
        why,
    )

    app = application.new()
    service.init_app(app, settings)
    security.init_app(app)
    languages.init_app(app)
    templating.init_app(app)
    assets.init_app(app)
    errors.init_app(app)
    home.init_app(app)
    search.init_app(app)
    why.init_app(app)
    brief.init_app(app)
    browse.init_app(app)
    documents.init_app(app)
    permanent.init_app(app)
    about.init_app(app)
    plain.init_app(app)
    return app
