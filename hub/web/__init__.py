"""The pages: one module per page family, each registered by `hub.create_app` through its own `init_app`."""
