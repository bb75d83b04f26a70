"""The catalogue: the published files as tables, for browsing, counting and looking up."""
