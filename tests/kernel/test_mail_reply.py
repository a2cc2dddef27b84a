"""What an author has newly written is told from what programs repeat, and no line of it is lost."""

import io
import string
import time
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import example, given
from hypothesis import strategies as st

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.mail_parse import parse
from negotiation_hub.kernel.mail_reply import reply_text

FIXTURES = Path(__file__).parents[1] / "fixtures" / "mail_replies"
MINE = "Thank you, that works for us.\n\nCan you send 20 more by Friday?"
WORDS = "Would 12 March suit you?\nThe price stays."
QUOTED = "\n".join(f"> {line}" for line in WORDS.split("\n"))
ON = "On Mon, 2 Mar 2026 at 09:14, Ada Lindqvist <ada@seller.example> wrote:"


def made_up(name: str) -> list[str]:
    """Texts that were made up after what programs write, divided by %%."""
    return (FIXTURES / f"{name}.txt").read_text("utf-8").removesuffix("\n").split("\n%%\n")


@pytest.mark.parametrize("line", made_up("introductions"))
def test_a_quote_and_the_line_above_it_go_in_every_language(line: str) -> None:
    assert reply_text(f"{MINE}\n\n{line}\n\n{QUOTED}\n") == MINE
    assert reply_text(f"{MINE}\n{line}\n{QUOTED}\n") == MINE
    assert reply_text(f"{MINE}\r\n\r\n{line}\r\n{QUOTED}\r\n") == MINE


@pytest.mark.parametrize("line", made_up("introductions"))
def test_a_reply_below_the_quote_is_found(line: str) -> None:
    assert reply_text(f"{line}\n{QUOTED}\n\n{MINE}\n") == MINE


@pytest.mark.parametrize("line", made_up("introductions"))
def test_answers_between_quotes_stay_with_what_they_answer(line: str) -> None:
    inline = "> Would 12 March suit you?\n\nYes.\n\n> The price stays.\n\nGood."
    assert reply_text(f"{line}\n{inline}\n") == inline


@pytest.mark.parametrize("block", made_up("blocks"))
def test_everything_below_a_block_of_fields_goes(block: str) -> None:
    assert reply_text(f"{MINE}\n\n{block}\n\n{WORDS}\n") == MINE


@pytest.mark.parametrize("added", made_up("added"))
def test_signatures_and_what_programs_add_go(added: str) -> None:
    assert reply_text(f"{MINE}\n\n{added}\n") == MINE
    assert reply_text(f"{MINE}\n\n{added}\n\n{ON}\n\n{QUOTED}\n") == MINE
    assert reply_text(f"{MINE}\n\n{added}\n\n{made_up('blocks')[1]}\n\n{WORDS}\n") == MINE
    assert reply_text(f"{MINE}\n\n{ON}\n\n{QUOTED}\n\n{added}\n") == MINE


@pytest.mark.parametrize("text", made_up("whole"))
def test_what_only_looks_like_a_quote_or_a_signature_stays(text: str) -> None:
    assert reply_text(text) == text
    assert reply_text(f"{text}\n\n{ON}\n\n{QUOTED}\n") == text


def test_a_mail_that_only_forwards_is_what_it_forwards() -> None:
    fields = "From: Ada <ada@seller.example>\nDate: 2 March 2026\nSubject: x\nTo: Ben"
    block = f"---------- Forwarded message ---------\n{fields}"
    assert reply_text(f"{block}\n\n{WORDS}\n") == WORDS


def test_a_quote_alone_stays_and_an_empty_reply_is_empty() -> None:
    assert reply_text(QUOTED) == QUOTED
    assert reply_text("") == reply_text(" \n\n\u200b\n") == ""
    assert reply_text("Sent from my iPhone\n") == ""


def test_an_html_mail_is_read_like_any_other() -> None:
    mail = EmailMessage(policy.SMTP)
    mail["From"] = "ben@buyer.example"
    mail.set_content(
        '<div dir="ltr">Yes, <b>please</b>.<div><br></div><div>Ben</div></div><br><div class="gmail_quote">'
        '<div class="gmail_attr">On Mon, 2 Mar 2026 at 09:14, Ada &lt;<a href="mailto:ada@seller.example">'
        "ada@seller.example</a>&gt; wrote:<br></div>"
        "<blockquote>Do you want it?<br><br>Ada</blockquote></div>",
        subtype="html",
    )
    assert (
        reply_text(parse(mail.as_bytes(), id=UUID(int=0), received_at=clock.now())) == "Yes, please.\n\nBen"
    )


# --- anything -----------------------------------------------------------------------------------------

SNIPPETS = [part for name in ("introductions", "blocks", "added") for part in made_up(name)]
SNIPPETS += [QUOTED, MINE, "", "```", "--", ">", "| a"]
LETTERS = st.text(alphabet=string.ascii_lowercase + "äñж語 ,.", min_size=1, max_size=60).filter(str.strip)


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(SNIPPETS), max_size=12).map("\n".join)))
@example("\n>\nOn 1:\n")
def test_any_text_is_read_and_no_line_is_made_up(text: str) -> None:
    lines = {line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")}
    assert {line.rstrip() for line in reply_text(text).split("\n")} <= lines | {""}


@given(st.lists(st.one_of(LETTERS, st.just("")), min_size=1, max_size=20))
def test_a_text_without_any_quote_comes_back_whole(lines: list[str]) -> None:
    whole = "\n".join(lines)
    assert reply_text(whole) == "\n".join(lines).rstrip().lstrip("\n") or not whole.strip()
    assert reply_text(whole).split() == whole.split()


@given(st.lists(LETTERS, min_size=1, max_size=5), st.sampled_from(made_up("introductions")))
def test_no_line_of_the_author_is_lost_above_a_quote(lines: list[str], line: str) -> None:
    mine = "\n".join(lines)
    assert reply_text(f"{mine}\n\n{line}\n{QUOTED}\n").split() == mine.split()


@pytest.mark.parametrize(
    "unit", ["a\n", "> a\n\n", f"{ON}\n", f"{ON}\n> x\n", "--\n", "From:\n\n", "On 1\n", "Sent from my ", "a"]
)
def test_no_text_takes_long(unit: str) -> None:
    started = time.perf_counter()
    reply_text((unit * 100_000)[:100_000])
    assert time.perf_counter() - started < 10


# --- the command, and recorded mails ------------------------------------------------------------------


def run(raw: bytes, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> str:
    """What the command prints for a mail on its standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("mail_reply")
    return capfdbinary.readouterr().out.decode()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"From: a@b.test\r\nSubject: x\r\n\r\n{MINE}\r\n\r\n{ON}\r\n{QUOTED}\r\n".encode(), f"{MINE}\n"),
        (f"{MINE}\n\n{ON}\n{QUOTED}\n".encode(), f"{MINE}\n"),
        (b"Subject: x\nFrom: a@b.test\nContent-Type: text/plain; charset=latin1\n\nGr\xfc\xdfe\n", "Grüße\n"),
        (b"", ""),
        (b"\xff\xfe\x00", "ÿþ\n"),
    ],
)
def test_the_command_prints_the_reply(
    raw: bytes, text: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(raw, monkeypatch, capfdbinary) == text


def folded(text: str) -> str:
    return " ".join(text.split())


def test_recorded_mails_are_read_as_people_read_them(realdata: Path) -> None:
    folder = realdata / "email_replies"
    exact, lost, names = 0, [], sorted(path.name for path in (folder / "emails").iterdir())
    for name in names:
        told: Any = reply_text((folder / "emails" / name).read_text("utf-8"))
        wanted = (folder / "trimmed" / name).read_text("utf-8")
        exact += folded(told) == folded(wanted)
        lost += [(name, line) for line in wanted.splitlines() if folded(line) not in folded(told)]
    assert lost == []
    assert exact >= 35, f"{exact} of {len(names)}"
