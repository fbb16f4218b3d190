"""The default formats of dates and times."""
