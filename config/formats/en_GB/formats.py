"""Times have 24 hours everywhere. A date comes back as the help texts write it; the British way is read, too."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"]
