"""What keeps a person out of a page: axe's complaints and sideways scrolling, in one place for every browser test."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


# WCAG 2.5.8 leaves pins out: where they stand is what they say, and the list beside the map leads to the same pages.
PINS = "css => css.flat().every(one => document.querySelector(one)?.closest('.leaflet-marker-pane'))"


def axe(page: Page) -> list[tuple[str, list]]:
    """The rules this page breaks, each with where; [] is what a test wants."""
    found = Axe().run(page, options=RULES).response["violations"]
    broken = [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found]
    return [(rule, where) for rule, where in broken if rule != "target-size" or not page.evaluate(PINS, where)]


def too_wide(page: Page) -> int:
    """By how many pixels the page is wider than its screen."""
    return max(0, page.evaluate("document.documentElement.scrollWidth - innerWidth"))


SQUEEZED = """() => [
  ...document.querySelectorAll('.data tbody :is(th, td), .data .btn--small, .tile__value')
].filter(one => {
  if (!one.offsetWidth || one.innerText.trim().length < 4) return false
  const style = getComputedStyle(one), range = document.createRange()
  range.selectNodeContents(one.matches('.btn--small') ? one.firstChild : one)  // words for ears alone follow
  const lines = Math.round(range.getBoundingClientRect().height / (parseFloat(style.lineHeight) || 20))
  const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  return one.matches('th, td') ? lines > 2 && room < 4 * parseFloat(style.fontSize) : lines > 1
}).map(one => one.innerText.trim().slice(0, 40))"""


def squeezed(page: Page) -> list[str]:
    """Words broken into a column of single characters, and numbers and buttons broken in two."""
    return page.evaluate(SQUEEZED)
