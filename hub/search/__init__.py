"""Asking a transition question in one language and finding lessons in all of them."""
