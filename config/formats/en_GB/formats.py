"""Times use the 24-hour clock everywhere. Fields show dates in the format of the help texts; British dates are also
accepted."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"]
