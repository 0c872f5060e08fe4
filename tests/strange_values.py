"""What no browser sends: texts for headers, cookies, addresses and fields, as programs try them to break a site."""

FORM = "application/x-www-form-urlencoded"

# fmt: off
# Headers, cookies and paths are texts whose characters stand for bytes, as in WSGI.
COMMON = (
    "", " ", "a\0b", "\xff\xfe", "\xed\xa0\x80", "é", "\xd9\xa3", "\x01", '"', '"\\', "'", "%", "%00", "%ff", "-1", "0",
    "1" * 5_000, "99999999999999999999", "9223372036854775808", "1e999", "nan", "x" * 7_000, ";;=;", ",,,", "[", "{}",
    "http://[::1", "http://[", "//evil.example", "http:///", "\\\\evil.example", "null", "../../etc/passwd", "*",
)
COOKIES = ("sessionid", "csrftoken", "messages", "django_language", "", '"\\000"')
IN_COOKIES = (
    '"\\000"', '"a\\000b"', '"\\355\\240\\200"', '"\\777"', "x" * 32, "x" * 100_000, "a:b:c", "abc:1tX:def", "W10:1:2",
    ".eJx:1:abc", '[["__json_message",0,25,"a"]]', "en-\0", "zh-hant-" * 100, "d" * 31 + "\xe9", "{own}; x", "=a; =; ;",
)
HOSTS = (
    "testserver:80", "testserver:99999", "testserver:abc", "[::1]", "[::1]:80", "[::1", "a_b", "testserver.", "xn--",
    "testserver@evil.example", "user:pw@testserver", "testserver/path", "localhost", "TESTSERVER", "\xc5\xbe.example",
    "testserver testserver", "1.2.3.4, 5.6.7.8", "::1", "fe80::1%eth0", "999.999.999.999", ".", "a" * 300, "127.1",
)
TYPES = (
    *(f"{FORM}; charset={name}" for name in ("nonsense", "utf-16", "utf8", "hex", "idna", "undefined", "\0", "\xff")),
    *(f"{FORM}; {rest}" for rest in ("charset*=nonsense''a", "charset*=utf-8''%ff", "a*" + "9" * 5_000 + "=b")),
    *(f"multipart/form-data{rest}" for rest in ("", "; boundary=", "; boundary=\xff", "; boundary*=nonsense''b")),
    *(f"multipart/form-data; boundary={rest}" for rest in ("b" * 300, "b; charset=hex", "b; charset=utf-16", "b\0")),
    "text/plain", "text/html; charset=iso-8859-1", "application/json", "/", ";", ";;", "a/b; =", "\xff", "x" * 7_000,
)
DATES = (
    "Thu, 01 Jan 0000 00:00:00 GMT", "Thu, 32 Foo 2020 99:99:99 GMT", "Thu, 01 Jan 99999 00:00:00 GMT",
    "Thursday, 01-Jan-70 00:00:00 GMT", "Thu Jan  1 00:00:00 1970", "Thu, 31 Feb 2020 00:00:00 GMT", '"', 'W/"',
    '"\xff"',
)
RANGES = (
    "bytes=0-", "bytes=5-1", "bytes=-1", "bytes=a-b", "bytes=0-1,3-", f"bytes={'9' * 5_000}-", f"bytes=-{'9' * 5_000}",
)
WEIGHTS = (
    "en;q=abc", "en;q=1e999", "gzip;q=nan", "xx-" + "y" * 5_000, ",".join(["en-x"] * 1_000), "*;q=0", "text/html;q=",
)
PROXIES = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Forwarded")
HEADERS = {
    "Host": HOSTS,
    "Content-Type": TYPES,
    "Content-Length": ("-5", "1e5", "+5", "0", "3000000"),
    **dict.fromkeys(("If-Modified-Since", "If-Unmodified-Since", "If-None-Match", "If-Match", "If-Range"), DATES),
    "Range": RANGES,
    **dict.fromkeys(("Accept-Language", "Accept-Encoding", "Accept"), WEIGHTS),
    **dict.fromkeys(PROXIES, ("1.2.3.4, 5.6.7.8", *HOSTS[:6])),
    **dict.fromkeys(("X-Forwarded-Proto", "X-Forwarded-Port"), ("https", "https,https", "99999")),
    **dict.fromkeys(("Referer", "Origin"), ("http://testserver:abc/", "http://testserver:99999999/")),
    **dict.fromkeys(("X-CSRFToken", "User-Agent", "X-Requested-With", "Authorization"), ()),
    **dict.fromkeys(("Sec-Fetch-Site", "Expect", "Transfer-Encoding", "Upgrade"), ("chunked", "100-continue")),
    "X-HTTP-Method-Override": ("PUT",),
}
METHODS = ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD", "CONNECT", "get", "post", "FOO", "\xff", "X" * 1_000)
# Parts of a path.
PARTS = (
    "%00", "%ff", "%ed%a0%80", "%2F", "%2e%2e", "..", "9" * 5_000, "99999999999999999999", "9223372036854775808",
    "%D9%A3", "-1", "0", "x" * 10_000, "%", "%zz", "a%0Ab", "%0d%0aX:y", "%5C", "//", "/[", ";", "[", "é", "_5C", "_00",
    "1_2C", "%F0%9F%8E%89", "nan", "a:b", "_", "%22", "%27", "*", "%25", "%20", "[::1", "http://[",
)
# Names in queries; those of the forms are found on the pages.
ASKED = (
    "next", "q", "page", "state", "organisation", "person", "module", "code", "name", "all", "part", "section", "find",
    "still", "o", "p", "e", "_popup", "_to_field", "_changelist_filters", "_facets", "term", "app_label", "model_name",
    "field_name", "id__exact", "is_active__exact", "name__icontains", "user__id__exact", "process", "provider", "roles",
)
# What is asked there: as it stands in the address.
ANSWERED = (
    "", "%ff", "%00", "a%00b", "%ed%a0%80", "%", "%zz", "\xff", "9" * 5_000, "-1", "%D9%A3", "99999999999999999999",
    "9223372036854775808", "%2F%2Fevil.example", "http:///", "[", "http://[::1", "http%3A%2F%2F%5B", "%5C%5Cevil",
    "http://a%E2%84%80b/", "https://a:99999/", "x" * 20_000, "1.0", "nan", "None", "..%2f", "a,b", "0000-00-00", '"',
    "'", "1&" + "&".join(["x=1"] * 1_500), "1&{name}=2", "javascript:alert(1)", "0", "1", "2", "password",
    "%F0%9F%8E%89",
)
TEXTS = (
    "", " ", "\0", "a\0b", "\ud800", "é\u202e", "-1", "0", "1", "2", "3", "9" * 5_000, "-" + "9" * 20, "2147483648",
    "9223372036854775808", "99999999999999999999", "1e999", "nan", "٣", "²", "1_000", "1.0", "None", "[]", '{"a":',
    "0000-01-01", "99999-12-31", "2027-02-31", "0001-01-01", "9999-12-31", "2027-01-01T00:00:00", "Nowhere/Land",
    "../../etc/passwd", "//evil.example", "http://[::1", "http://[", "javascript:alert(1)", "https://a℀b/", "<script>",
    "%", "%s", "{0}", "' OR 1=1 --", "a@b", "a@[::1", "a@" + "b" * 300 + ".example", "İ@x.example", "x" * 2_001, "\n",
    "\r\nX: y", "true", "on", "xx", "A", "https://x.example/\ud800", "ﬁ", "\u2028", "a" * 256,
    "http://" + "a" * 3_000, "🎉",
)
LONG = "x" * 1_000_000
FILES = (
    ("a.yaml", b"\xff\0"), ("", b""), ("../../x.pdf", b"%PDF-"), ("a\0.txt", b"x"), ("x" * 500 + ".txt", b"x"),
    ("\ud800.txt", b"x"), ("a.xlsx", b"PK\3\4"), ("a.csv", b"\0"), ("a.txt", b"x"), ("a.yaml", b"a: ["), (".", b"x"),
    ("a.yaml", b"&a [*a]"), ("..", b"x"), ("/", b"x"), ("a.docx", b"PK"), ("a.yaml", b""),
)
FILE_TYPES = ("text/plain", "text/plain; charset=nonsense", "a*=nonsense''b", "\0", "")
# fmt: on
