"""Slides as a browser lays them out at 1440 × 810, and what is wrong with them."""

from pathlib import Path

SIZES = 5  # of text, charts aside
LEAST = 13  # pixels of text, in charts too
SCRIPT = """() => [...document.querySelectorAll('section.slide')].map((slide, k) => {
    Reveal.slide(k);
    const scale = slide.getBoundingClientRect().width / slide.offsetWidth;
    const own = node => [...node.childNodes].some(c => c.nodeType === 3 && c.data.trim());
    const texts = [...slide.querySelectorAll('*')].filter(node =>
        own(node) && !node.closest('.notes, desc, style, script'));
    const size = node => parseFloat(getComputedStyle(node).fontSize);
    const turned = matrix => Math.hypot(matrix.a, matrix.b);
    const drawn = texts.filter(node => node.closest('svg'));
    const said = texts.filter(node => !node.closest('svg'));
    const foot = slide.querySelector('.foot').getBoundingClientRect();
    const body = slide.querySelector('.columns').getBoundingClientRect();
    const title = slide.querySelector('.title').getBoundingClientRect();
    const wide = [...slide.querySelectorAll('.columns *')].filter(node =>
        !node.closest('svg') && node.getBoundingClientRect().right > 1440 - 40);
    return {
        id: slide.id,
        sizes: [...new Set(said.map(size))],
        least: Math.min(...said.map(node => size(node) * scale),
            ...drawn.map(node => size(node) * turned(node.getScreenCTM()))),
        room: foot.top - body.bottom,
        over: wide.length,
        beside: [...slide.querySelectorAll('.scroll')].filter(node =>
            node.scrollWidth > node.clientWidth + 1).length,
        text: texts.map(node => node.textContent).join(' '),
        filled: (body.bottom - title.top) / (foot.top - title.top),
    };
})"""


def laid_out(browser, path: Path) -> list[dict]:
    """One dict per slide of a presentation."""
    context = browser.new_context(viewport={"width": 1440, "height": 810}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    found = page.evaluate(SCRIPT)
    context.close()
    return found


def faults(found) -> list[tuple]:
    """What is wrong with slides, all at once."""
    sizes = {size for slide in found for size in slide["sizes"]}
    told = [("sizes", sorted(sizes))] if len(sizes) > SIZES else []
    for slide in found:
        told += [(slide["id"], "text", slide["least"])] if slide["least"] < LEAST - 0.01 else []
        told += [(slide["id"], "room", slide["room"])] if slide["room"] < 0 else []
        told += [(slide["id"], "wide", slide["over"])] if slide["over"] else []
        told += [(slide["id"], "scrolled", slide["beside"])] if slide["beside"] else []
        told += [(slide["id"], "empty", slide["filled"])] if slide["filled"] < 0.12 else []
        told += [(slide["id"], "cut")] if "…" in slide["text"] else []
    return told
