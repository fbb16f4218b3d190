"""The licence of the catalogue, as every place that tells it says it."""

NAME = "CC BY 4.0"
IDENTIFIER = "CC-BY-4.0"  # in the list of SPDX
ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


def attribution(site: str) -> str:
    """What has to be named with a copy; `site`: the address of the installation that it comes from."""
    return f"Waymark ({site}), {NAME}"
