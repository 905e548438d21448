"""What a User-Agent header says to the person who owns the device: the browser and the system, nothing finer. Pure."""

# In this order: a browser names its ancestors too (Edge says Chrome, Chrome says Safari).
BROWSERS = {
    "MicroMessenger/": "微信",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "HeadlessChrome/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


def name(user_agent: str) -> tuple[str, str]:
    """Browser and system; each empty when the header does not tell."""
    browser = next((label for mark, label in BROWSERS.items() if mark in user_agent), "")
    system = next((label for mark, label in SYSTEMS.items() if mark in user_agent), "")
    return browser, system
