"""What a page must be on any screen: no word cut off, nothing to scroll sideways, nothing too small for a finger.

A name or the beginning of a message may be cut, with an ellipsis: such an element has the class `clip` (docs/manual/web.md).
"""

from __future__ import annotations

from typing import Any

TOUCH_MIN = 44

_FAULTS = """
(least) => {
  // What is there for screen readers alone is drawn in one pixel.
  const isUnseen = e => {
    for (let one = e; one !== null; one = one.parentElement)
      if (one.clientWidth <= 1 && one.clientHeight <= 1 && getComputedStyle(one).overflow === 'hidden') return true
    return false
  }
  // What lies under a dialog of the browser's own can be neither pressed nor read.
  const over = document.querySelector('dialog:modal')
  const shown = e => (over === null || over.contains(e))
    && e.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })
    && !e.closest('.sr-only, [inert], [aria-hidden="true"], svg, noscript') && !isUnseen(e)
  const named = e => `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') ?? ''}"> ${
    (e.getAttribute('aria-label') || e.textContent || e.placeholder || '').trim().slice(0, 50)}`
  const found = []
  const fault = (what, e) => found.push(`${what}: ${named(e)}`)
  const all = [...document.body.querySelectorAll('*')].filter(shown)

  // The page itself, and what scrolls on it, scroll downwards alone.
  for (const e of [document.scrollingElement, ...document.querySelectorAll('main, .scroll, .sheet, .talk')])
    if (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'hidden') fault('scrolls sideways', e)

  const wordsOf = e => [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim() !== '')
  for (const e of all) {
    const style = getComputedStyle(e)
    const mayCut = e.closest('.clip') !== null && e.closest('h1[data-fixed]') === null
    const cuts = axis => ['hidden', 'clip'].includes(axis)
    const isCutX = cuts(style.overflowX) && e.scrollWidth > e.clientWidth + 1
    const isCutY = cuts(style.overflowY) && e.scrollHeight > e.clientHeight + 1
    if ((isCutX || isCutY) && !mayCut && e.clientWidth > 1) {
      const edge = e.getBoundingClientRect()
      const isBeyond = ({ right, bottom }) => (isCutX && right > edge.right + 1) || (isCutY && bottom > edge.bottom + 1)
      // Its own words, or those of something on it.
      const cut = wordsOf(e).length > 0 ? e : [...e.querySelectorAll('*')].find(one => shown(one)
        && one.closest('.clip') === null && wordsOf(one).length > 0 && isBeyond(one.getBoundingClientRect()))
      if (cut !== undefined) fault('cut off', cut)
    }
    for (const words of wordsOf(e)) {
      if (mayCut || e.matches('textarea, option')) continue
      const range = document.createRange()
      range.selectNodeContents(words)
      const box = range.getBoundingClientRect()
      if (box.width === 0) continue
      if (box.right > innerWidth + 1 || box.left < -1) fault('beside the screen', e)
      const own = e.getBoundingClientRect()
      // A space at the end of a line hangs over, and is not seen: what scrolls tells of words alone.
      const isWider = e.scrollWidth > e.clientWidth + 1
      if (style.display !== 'inline' && isWider && box.right > own.right + 2) fault('words outside of their box', e)
    }
    if (e.matches('input[placeholder]') && e.value === '') {
      const pen = document.createElement('canvas').getContext('2d')
      pen.font = style.font
      const room = e.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
      if (pen.measureText(e.placeholder).width > room + 1) fault('placeholder cut off', e)
    }
  }

  // What a finger is to hit. A link in the middle of a sentence is as high as its line (WCAG 2.5.8).
  const pressed = 'a[href], button, input:not([type=hidden]), textarea, select, summary, '
    + '[role=button], [role=switch], [role=radio], [role=checkbox], [role=tab], [role=menuitem], [role=option]'
  for (const e of document.body.querySelectorAll(pressed)) {
    // A box that is not seen itself is pressed by its label.
    const hit = e.matches('input[type=checkbox], input[type=radio], input[type=file]') ? e.closest('label') : e
    if (hit === null || !shown(hit) || hit.closest('[aria-hidden="true"]')) continue
    if (hit.matches('p a, li a, span a, dd a') && getComputedStyle(hit).display === 'inline') continue
    // A list's letters beside it are slid along; each of them can be scrolled to as well.
    if (hit.closest('.index-bar')) continue
    const { width, height } = hit.getBoundingClientRect()
    if (width === 0 || (width >= least - 0.5 && height >= least - 0.5)) continue
    // Smaller to look at than to press: what is round about belongs to it, too.
    hit.scrollIntoView({ block: 'center' })
    const box = hit.getBoundingClientRect()
    const [midX, midY, far] = [box.x + box.width / 2, box.y + box.height / 2, least / 2 - 1]
    const isHit = (atX, atY) => hit.contains(document.elementFromPoint(atX, atY))
    const reaches = (box.width >= least - 0.5 || (isHit(midX - far, midY) && isHit(midX + far, midY)))
      && (box.height >= least - 0.5 || (isHit(midX, midY - far) && isHit(midX, midY + far)))
    if (!reaches) {
      const round = [[midX - far, midY], [midX + far, midY], [midX, midY - far], [midX, midY + far]]
      const other = round.map(place => document.elementFromPoint(...place)).find(e => !hit.contains(e))
      fault(`${Math.round(width)} x ${Math.round(height)} px to press beside ${other ? named(other) : 'the edge'}`, hit)
    }
  }
  return [...new Set(found)]
}
"""


LOOKS_MAX = 50
"""Ten seconds: on a busy machine a page takes its time to come to rest."""


async def misfits(page: Any) -> list[str]:
    """Return what does not fit on a page once it is at rest. Its context must bypass the page's policy on scripts."""
    found: list[str] = []
    for _ in range(LOOKS_MAX):
        # Two frames: what a new width changes is drawn by then. What still moves is looked at again.
        await page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        found = await page.evaluate(_FAULTS, TOUCH_MIN)
        if not found:
            break
        await page.wait_for_timeout(200)
    return found
