"""The preview server: edit, save, see it."""
