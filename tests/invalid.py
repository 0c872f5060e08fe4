"""What every page says that shows a form again because it was not accepted."""

import re

SUMMARY = re.compile(
    r'<div class="notice notice-error error-summary" role="alert" tabindex="-1" autofocus>(.*?)</ul>', re.DOTALL
)


def assert_refused(page):
    """The page answers 422 with one error summary, says so in its title, and each fault leads to what it is about.

    Returns the ids of the fields that the summary leads to.
    """
    assert page.status_code == 422
    html = page.content.decode()
    assert re.search(r"<title>([^<]*)", html)[1].startswith("Error: ")
    [summary] = SUMMARY.findall(html)
    assert "There is a problem" in summary
    assert summary.count("<li>")
    # The first of all that could take the focus, so that the browser gives it to the summary.
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
    """A text beside the field says what is wrong with it, tied to it or to the group that it belongs to."""
    described = re.search(r'aria-describedby="([^"]*)"', tag)
    if described is None:
        before = html[: html.index(f'id="{field}"')]
        described = re.search(r'aria-describedby="([^"]*)"', before[before.rindex("<fieldset") :])
    told = [re.search(rf'id="{re.escape(name)}"[^>]*>.*?</', html, re.DOTALL)[0] for name in described[1].split()]
    assert any("error" in text for text in told), (tag, told)
