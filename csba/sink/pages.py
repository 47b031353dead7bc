"""The sink's pages as HTML: the list and one mail."""

from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from pathlib import Path
from urllib.parse import quote

from csba.sink import box
from csba.sink.box import Summary

SHOWN = (
    "Delivered-To",
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "Auto-Submitted",
    "Content-Language",
)

NO_SUBJECT = "(no subject)"
STYLE = Path(__file__).with_name("sink.css").read_text()
SCRIPT = Path(__file__).with_name("sink.js").read_text()


def rows(found: Sequence[Summary], wanted: str) -> str:
    """The list itself, as a fragment."""
    if not found:
        words = f"No mail to “{escape(wanted)}” yet." if wanted else "No mail has been sent yet."
        return f'<p class="none">{words}</p>'
    return "".join(map(_row, found))


def _row(mail: Summary) -> str:
    here = mail.at.astimezone()  # the reader sits at this machine
    time = f'<time datetime="{mail.at.isoformat()}">{here:%d %b %Y, %H:%M:%S}</time>'
    to = f'<span class="to">{escape(", ".join(mail.to))}</span>'
    subject = f"<span>{escape(mail.subject) or NO_SUBJECT}</span>"
    return f'<a class="row" href="/mails/{mail.id}">{time}{to}{subject}</a>'


def listing(found: Sequence[Summary], wanted: str) -> str:
    """The first page: the newest mails, a search, and itself again every two seconds."""
    inside = f'<div class="sheet" id="rows">{rows(found, wanted)}</div>'
    return _page("Outgoing mail", inside, wanted, script='<script src="/sink.js" defer></script>')


def one(mail_id: str, mail: EmailMessage, wanted: str = "") -> str:
    """A mail: its headers, its text, its HTML in a frame of its own, links and attachments."""
    heads = dict(box.headers(mail))
    shown = [(name, heads[name]) for name in SHOWN if name in heads]
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in shown)
    parts = [
        f'<div class="sheet"><dl>{facts}</dl><pre>{box.linked(box.body(mail, "plain"))}</pre></div>'
    ]
    page = box.body(mail, "html")
    if page:
        frame = f'<iframe sandbox="" src="/mails/{mail_id}/html" title="The mail\'s HTML"></iframe>'
        parts.append(f'<h3>HTML</h3><div class="sheet">{frame}</div>')
        found = "".join(f"<li>{box.linked(link)}</li>" for link in box.links(page))
        if found:
            parts.append(f'<h3>Links in the HTML</h3><div class="sheet"><ul>{found}</ul></div>')
    files = "".join(
        f'<li><a href="/mails/{mail_id}/files/{number}">{escape(name)}</a> '
        f"{escape(kind)}, {len(content):,} bytes</li>"
        for number, (name, kind, content) in enumerate(box.attachments(mail))
    )
    if files:
        parts.append(f'<h3>Attachments</h3><div class="sheet"><ul>{files}</ul></div>')
    subject = escape(heads.get("Subject", "")) or NO_SUBJECT
    raw = f'<p><a href="/mails/{mail_id}/raw">Raw mail</a></p>'
    return _page(subject, f"<h2>{subject}</h2>{''.join(parts)}{raw}", wanted)


def _page(title: str, inside: str, wanted: str, script: str = "") -> str:
    search = (
        '<form action="/" role="search"><input type="search" name="to" aria-label="Recipient" '
        f'placeholder="Recipient contains …" value="{escape(wanted)}">'
        "<button>Search</button></form>"
    )
    home = f"/?to={quote(wanted)}" if wanted else "/"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f'<link rel="stylesheet" href="/sink.css">{script}</head><body>'
        f'<header><h1><a href="{home}">Outgoing mail</a></h1>{search}</header>'
        f"<main>{inside}</main></body></html>"
    )
