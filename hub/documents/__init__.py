"""Reading, checking, rendering and writing the Markdown files of `content/`."""
