"""The pages of this folder as a site: ``make site``. Nothing is fetched from a network."""

project = "Best customers"
extensions = ["myst_parser"]
html_theme = "alabaster"  # comes with Sphinx
html_title = project
html_theme_options = {"description": "Which groups of customers are the best", "page_width": "64em"}
html_show_sphinx = html_show_copyright = html_show_sourcelink = False
templates_path = []
exclude_patterns = ["_site"]
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
# A link that leads nowhere ends the build, since warnings do (`make site`).
nitpicky = True
# JSON of the guide is cut short with an ellipsis.
suppress_warnings = ["misc.highlighting_failure"]


def setup(app) -> None:
    """Links to the page on the method, which lies beside its code, lead to it within the site."""

    def linked(_app, _name, source: list[str]) -> None:
        source[0] = source[0].replace("](../src/helpers/segments/method.md)", "](method.md)")

    app.connect("source-read", linked)
