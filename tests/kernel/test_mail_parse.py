"""Reading mails that strangers send: what is in them comes out, and nothing they hold breaks anything."""

import time
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.html_text import html_to_text
from negotiation_hub.kernel.mail_charset import to_text
from negotiation_hub.kernel.mail_parse import ParsedMail, check_bounds, has_header, parse

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def read(raw: bytes | str, **more: str) -> ParsedMail:
    """Reads a mail."""
    data = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
    return parse(data, id=UUID(int=1), received_at=NOW, **more)  # type: ignore[arg-type]


def with_header(*lines: str) -> ParsedMail:
    """Reads a mail that has these lines in its header."""
    return read("From: ben@example.test\n" + "\n".join(lines) + "\n\nHello\n")


def test_plain_text_is_preferred_and_html_is_read_when_there_is_no_other() -> None:
    mail = EmailMessage(policy.SMTP)
    mail.set_content("Plain words.")
    mail.add_alternative("<p>Rich <b>words</b>.</p>", subtype="html")
    assert read(mail.as_bytes()).text == "Plain words."
    rich = EmailMessage(policy.SMTP)
    rich.set_content("<p>Rich <b>words</b>.</p>", subtype="html")
    assert read(rich.as_bytes()).text == "Rich words."
    blank = EmailMessage(policy.SMTP)
    blank.set_content(" \n")
    blank.add_alternative("<p>Rich <b>words</b>.</p>", subtype="html")
    assert read(blank.as_bytes()).text == "Rich words."


def test_text_before_and_after_a_picture_is_all_kept() -> None:
    raw = (
        "From: a@b.test\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nBefore.\n--x\n"
        "Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n"
        "aGk=\n--x\n\nAfter.\n--x--\n"
    )
    mail = read(raw)
    assert mail.text == "Before.\n\nAfter."
    assert [(one.name, one.media_type, one.data) for one in mail.attachments] == [
        ("a.png", "image/png", b"hi")
    ]


def test_attachments_are_bounded_and_their_names_are_names() -> None:
    mail = EmailMessage(policy.SMTP)
    mail.set_content("See the files.")
    for number in range(limits.MAIL_ATTACHMENTS_MAX + 3):
        name = f"../../etc/päss\u202ewd {number}\\x.txt"
        mail.add_attachment(b"data", maintype="text", subtype="plain", filename=name)
    found = read(mail.as_bytes())
    assert len(found.attachments) == limits.MAIL_ATTACHMENTS_MAX
    assert found.left_out == 3
    assert found.attachments[0].name == "x.txt"
    assert found.text == "See the files."


def test_a_mail_within_a_mail_is_a_file_and_not_text() -> None:
    inner = EmailMessage(policy.SMTP)
    inner["Subject"] = "Inner"
    inner.set_content("Not mine.")
    outer = EmailMessage(policy.SMTP)
    outer.set_content("Mine.")
    outer.add_attachment(inner)
    mail = read(outer.as_bytes())
    assert mail.text == "Mine."
    assert [one.media_type for one in mail.attachments] == ["message/rfc822"]
    assert b"Not mine." in mail.attachments[0].data


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "Zażółć".encode(), "Zażółć"),
        ("iso-8859-2", "Zażółć".encode("iso-8859-2"), "Zażółć"),
        ("iso-8859-1", b"\x93quoted\x94 \x80 5", "“quoted” € 5"),
        ("gb2312", "你好".encode("gb2312"), "你好"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("us-ascii", "naïve".encode(), "naïve"),
        ("no-such-charset", "naïve".encode(), "naïve"),
        ("utf-8", b"na\xefve", "naïve"),
        ("rot13", b"abc", "abc"),
        ("punycode", b"abc-", "abc-"),
        ("unicode_escape", b"\\u0041", "\\u0041"),
        ("utf-7", b"+2D0-x", "\ufffdx"),  # half of a surrogate pair
        ("utf-8", b"a\x00b\x1bc\x7fd\te\r\nf\rg", "abcd\te\nf\ng"),
        (None, b"\xff\xfe", "ÿþ"),
    ],
)
def test_whatever_charset_is_claimed_the_text_is_read(charset: str | None, data: bytes, text: str) -> None:
    assert to_text(data, charset) == text


def test_encoded_and_raw_headers_are_read() -> None:
    assert with_header("Subject: =?utf-8?q?Zap=C5=82ata?= =?iso-8859-1?b?IPw=?=").subject == "Zapłata ü"
    assert with_header("Subject: =?nonsense?x?broken?=").subject == "=?nonsense?x?broken?="
    assert with_header("Subject: =?utf-8?b?QWJj\n =?= and\n more").subject.endswith("and more")
    assert read("From: Jörg Müller <j@example.test>\nSubject: Grüße\n\nHi").from_name == "Jörg Müller"
    assert (
        with_header("Subject: =?utf-8?q?a=0D=0ABcc=3A_all=40example.test?=").subject
        == "a Bcc: all@example.test"
    )


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("Ben <Ben@Example.test>", "ben@example.test"),
        ("ben@example.test", "ben@example.test"),
        ('"a@b.test" <ben@example.test>', "ben@example.test"),
        ("nobody", ""),
        ("", ""),
        ("<<<>>>", ""),
        ("a@b.test, c@d.test", "a@b.test"),
        ("(" * 5000, ""),
    ],
)
def test_the_sender_is_one_plain_address_or_none(value: str, address: str) -> None:
    assert read(f"Subject: x\nFrom: {value}\n\nHi").from_address in {address, ""}
    if value.count("@") == 1:
        assert read(f"Subject: x\nFrom: {value}\n\nHi").from_address == address


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "Auto-Submitted: auto-generated",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "List-Id: <pumps.example.test>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "Return-Path: <>",
        "X-Loop: hub",
    ],
)
def test_programs_are_recognised(line: str) -> None:
    assert with_header(line).is_auto


@pytest.mark.parametrize(
    "line", ["Auto-Submitted: no", "X-Auto-Response-Suppress: None", "Precedence: normal", "X: y"]
)
def test_people_are_not_taken_for_programs(line: str) -> None:
    assert not with_header(line).is_auto


def test_bounces_and_robots_are_recognised_by_their_sender() -> None:
    assert read("From: ben@example.test\n\nHi", envelope_from="<>").is_auto
    assert read("From: MAILER-DAEMON@example.test\n\nHi").is_auto
    assert read("From: no-reply+5@example.test\n\nHi").is_auto
    assert not read("From: ben@example.test\n\nHi", envelope_from="ben@example.test").is_auto


def test_only_the_named_server_is_believed_about_the_sender() -> None:
    raw = (
        "Authentication-Results: mx.hub.example; spf=pass smtp.mailfrom=ben@example.test; dkim=fail\n"
        "Authentication-Results: evil.test; dmarc=pass; mx.hub.example; spf=pass\n"
        "From: ben@example.test\n\nHi"
    )
    assert read(raw).authentication == {}
    assert read(raw, authority="mx.hub.example").authentication == {"spf": "pass", "dkim": "fail"}


# --- HTML ---------------------------------------------------------------------------------------------


def test_html_becomes_the_text_that_a_reader_sees() -> None:
    source = (
        "<html><head><title>T</title><style>p{}</style></head><body><!-- c --><h1>Offer</h1>"
        "<p>Dear&nbsp;Ben,<br>we   take\n it.</p><ul><li>one<li>two</ul><pre>  a\n  b</pre>"
        "<script>alert('<p>no</p>')</SCRIPT >"
        "<p>See <a href='https://hub.example/x?a=1&amp;b=2'>this</a> or "
        '<a href="https://a.test/">https://a.test</a>'
        " <a href=javascript:alert(1)>click</a><img src=https://spy.test/p.gif alt=spy></p>"
        "3 < 4 & 5 > 2</body></html>"
    )
    assert html_to_text(source).replace("\u00a0", " ") == (
        "Offer\n\nDear Ben,\nwe take it.\n\n- one\n- two\n\n  a\n  b\n\n"
        "See this <https://hub.example/x?a=1&b=2> or https://a.test click\n\n3 < 4 & 5 > 2"
    )


def test_quotes_of_html_are_marked() -> None:
    source = (
        "<div>Yes.</div><div>On Monday Ada wrote:<br></div>"
        "<blockquote><p>Do you?<blockquote>No.</blockquote></blockquote>Well."
    )
    assert html_to_text(source) == "Yes.\nOn Monday Ada wrote:\n\n> Do you?\n>\n>> No.\n>>\nWell."


BOMBS = [
    "<a href=x>y" * 50_000 + "</a>" * 50_000,
    "<blockquote>" * 100_000 + "x",
    "<!--" * 100_000,
    "<script>" * 100_000,
    "<" * 500_000,
    "&" * 500_000,
    "<a " * 200_000,
    "<![CDATA[" * 100_000,
    "</" * 200_000,
    "<p>" * 200_000 + "</p>" * 200_000,
    "<pre>" + "\n" * 300_000,
    "<li>" * 100_000,
    '<a href="' * 60_000,
]


@pytest.mark.parametrize("source", BOMBS, ids=lambda source: source[:12])
def test_no_html_takes_long(source: str) -> None:
    started = time.perf_counter()
    html_to_text(source)
    assert time.perf_counter() - started < 5


@given(st.text(alphabet=st.sampled_from("<>/!-ab \n\"'=&;p"), max_size=80))
def test_any_html_is_read(source: str) -> None:
    html_to_text(source)


# --- anything -----------------------------------------------------------------------------------------

HEADERS = [
    b"Content-Type: multipart/mixed",
    b"Content-Type: multipart/mixed; boundary=",
    b'Content-Type: multipart/mixed; boundary="a\r\n b"',
    b"Content-Type: multipart/alternative; boundary=x",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/delivery-status",
    b"Content-Type: text/html; charset=\xff",
    b"Content-Type: =?utf-8?q?multipart/mixed=3B_boundary=3Dx?=",
    b"Content-Type: ;;;===",
    b"Content-Type",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Disposition: attachment; filename*=utf-8''%ff%00",
    b"Content-Disposition: =?x?=; filename==",
    b"From: \xff\xfe <\x00@>",
    b'From: "' + b"\\" * 50,
    b"References: " + b"<a@b> " * 50,
    b"MIME-Version: 1.0",
    b"Date: never",
    b" folded",
    b"--x",
    b"",
]
LINES = st.lists(st.one_of(st.sampled_from(HEADERS), st.binary(max_size=40)), max_size=25).map(b"\r\n".join)


@given(st.one_of(st.binary(max_size=400), LINES))
def test_any_bytes_are_read_and_can_be_stored(raw: bytes) -> None:
    mail = read(raw)
    for text in (mail.text, mail.subject, mail.from_name, *(one.name for one in mail.attachments)):
        assert "\x00" not in text
        text.encode()
    has_header(raw)
    check_bounds(raw)


@pytest.mark.parametrize("header", HEADERS[:-1])
def test_a_strange_header_does_not_lose_the_text(header: bytes) -> None:
    mail = read(b"Subject: x\r\n" + header + b"\r\n\r\n" + b"These are my words.\r\n")
    everything = [mail.text.encode(), *(one.data for one in mail.attachments)]
    decoded = b"Content-Transfer-Encoding" in header  # what claims to be encoded, and is not
    assert decoded or b"These are my words." in b"\n".join(everything)


def test_a_mail_with_too_many_parts_still_has_its_header() -> None:
    raw = b"Subject: x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nMine.\r\n" * 500
    mail = read(raw)
    assert mail.subject == "x"
    assert "Mine." in mail.text


def test_a_large_mail_is_read_within_bounds() -> None:
    raw = b"Subject: x\r\n\r\n" + (b"y" * 76 + b"\r\n") * 120_000
    started = time.perf_counter()
    mail = read(raw)
    assert time.perf_counter() - started < 10
    assert len(mail.text) == limits.MAIL_TEXT_CHARS_MAX
    assert mail.truncated


@pytest.mark.parametrize(
    ("raw", "is_one"),
    [
        (b"From: a@b.test\nSubject: x\n\nHi", True),
        (b"From ben Mon Mar 2\nReceived: x\nTo: y\n\nHi", True),
        (b"Hello\nFrom: a\nTo: b\n\nHi", False),
        (b"Note: this\nis text", False),
        (b"To: be decided", False),
        (b"> From: a@b.test\n> To: c", False),
        (b"", False),
    ],
)
def test_a_mail_is_told_from_a_text(raw: bytes, is_one: bool) -> None:
    assert has_header(raw) is is_one
