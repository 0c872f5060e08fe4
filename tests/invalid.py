"""Assertions about pages that show an invalid form again."""

import re

SUMMARY = re.compile(
    r'<div class="notice notice-error error-summary" role="alert" tabindex="-1" autofocus>(.*?)</ul>', re.DOTALL
)


def assert_refused(page):
    """Assert that the page has status 422, an error in its title, and one error summary whose links lead to fields.

    Returns the HTML ids of the fields in the links.
    """
    assert page.status_code == 422
    html = page.content.decode()
    assert re.search(r"<title>([^<]*)", html)[1].startswith("Error: ")
    [summary] = SUMMARY.findall(html)
    assert "There is a problem" in summary
    assert summary.count("<li>")
    # Only the summary has `autofocus`, so that the browser gives the focus to it.
    assert html.count("autofocus") == 1
    fields = re.findall(r'href="#([^"]*)"', summary)
    for field in fields:
        assert f' id="{field}"' in html, f"the summary leads to #{field}, which is not on the page"
        [tag] = re.findall(rf'<[a-z]+\b[^>]*\sid="{re.escape(field)}"[^>]*>', html)
        if re.match(r"<(input|select|textarea)", tag):
            assert 'aria-invalid="true"' in tag, tag
            assert_says_why(field, tag, html)
    return fields


def assert_says_why(field, tag, html):
    """Assert that `aria-describedby` of the field, or of its fieldset, names an error message."""
    described = re.search(r'aria-describedby="([^"]*)"', tag)
    if described is None:
        before = html[: html.index(f'id="{field}"')]
        described = re.search(r'aria-describedby="([^"]*)"', before[before.rindex("<fieldset") :])
    texts = [re.search(rf'id="{re.escape(name)}"[^>]*>.*?</', html, re.DOTALL)[0] for name in described[1].split()]
    assert any("error" in text for text in texts), (tag, texts)
