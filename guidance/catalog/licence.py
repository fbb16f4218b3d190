"""The licence of the catalogue, in the words used everywhere."""

NAME = "CC BY 4.0"
IDENTIFIER = "CC-BY-4.0"  # SPDX identifier
ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


def attribution(site: str) -> str:
    """Returns the attribution required with a copy; `site` is the address of the installation that it comes from."""
    return f"Waymark ({site}), {NAME}"
