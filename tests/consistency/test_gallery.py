"""The gallery shows every component, and no template carries what the content policy forbids."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from ka_crm.pages.views import gallery_samples

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: Parts that need a form, a request or a menu; the pages that use them show them.
SHOWN_ELSEWHERE = {"form_field.html", "form_errors.html", "sheet_link.html", "state_steps.html"}


@pytest.fixture(scope="module")
def gallery():
    return render_to_string("gallery/page.html", {**gallery_samples.everything(), "theme": "light"})


def test_every_component_is_used_by_the_gallery_or_by_the_frame():
    sources = [(TEMPLATES / "base.html").read_text()]
    sources += [
        path.read_text()
        for folder in ("gallery", "components")
        for path in (TEMPLATES / folder).glob("*.html")
    ]
    used = set(re.findall(r"components/([\w]+\.html)", "\n".join(sources)))
    present = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    assert present - used - SHOWN_ELSEWHERE == set()


def test_the_gallery_renders_without_inline_styles_or_handlers(gallery):
    assert "Wall to Wall Wine" in gallery
    assert not re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", gallery)
    scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", gallery)
    assert all('type="application/json"' in attributes for attributes in scripts)


def test_no_template_has_inline_styles_or_scripts():
    forbidden = re.compile(
        r"\sstyle=|\son(?:click|change|submit|load|input)=|hx-on|<style|<script(?![^>]*\bsrc=)", re.I
    )
    tags = re.compile(r"{%.*?%}", re.S)  # a parameter of a component may be called style
    offenders = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if "email" not in path.parts and forbidden.search(tags.sub("", path.read_text()))
    ]
    assert offenders == []


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "500", "503"])
def test_an_error_page_needs_no_context_and_no_database(name):
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "{%" not in page
