"""The browser as people would call it, from how it names itself: `Firefox on Windows`.

It is a hint for the list of one's own sittings, and decides nothing.
"""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""Signs in the order in which they decide: most browsers carry the names of others too."""
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def words_of(named: str) -> str:
    """The browser and the system in words of ours; nothing that was sent is repeated."""
    browser = next((words for sign, words in BROWSERS if sign in named), "")
    system = next((words for sign, words in SYSTEMS if sign in named), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Unknown browser"
