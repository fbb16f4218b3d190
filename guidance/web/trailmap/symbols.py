"""How a station is drawn, by what is known of its skill. Pure."""

BASE = '<circle class="base" r="10"/>'
TICK = '<path class="tick" d="M-4.5.5L-1 4L5-4"/>'
SYMBOLS = {
    "none": BASE,
    "off": BASE,
    "aside": BASE,
    "begun": f'{BASE}<path class="half" d="M0-10A10 10 0 0 0 0 10Z"/>',
    "at": f"{BASE}{TICK}",
    "known": f"{BASE}{TICK}",
}
HALO = '<circle class="halo" r="17"/><circle class="rim" r="13"/>'
