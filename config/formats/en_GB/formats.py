"""Times have 24 hours everywhere."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
