"""Sends one e-mail over SMTP, once. The Message-ID is given, so that a repeated try is recognisable."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.header import Header
from email.mime.text import MIMEText
from urllib.parse import parse_qs, unquote, urlsplit

from services.notify.channels.outcome import DELIVERED, Outcome

#: Seconds for connecting and for each answer of the server.
TIMEOUT = 15.0
#: Replies from 500 on are for good (RFC 5321, section 4.2.1).
_PERMANENT = 500
#: White space, the characters that some programs take for line breaks, and all else that is not printed.
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@dataclass(frozen=True, slots=True)
class Mail:
    """A message ready to be sent."""

    to: str
    subject: str
    text: str
    #: Stable over all tries: `<delivery@host>`.
    message_id: str
    #: RFC 5322 date.
    date: str


@dataclass(frozen=True, slots=True)
class EmailChannel:
    """An SMTP server: `smtp://`, `smtp+starttls://` or `smtps://[user:password@]host:port[?from=address]`."""

    url: str
    sender: str
    timeout: float = TIMEOUT

    def send(self, mail: Mail) -> Outcome:
        """Hand one message to the server."""
        try:
            message = self._message(mail)
        except ValueError as error:
            return Outcome("never", f"the message cannot be written: {error}")
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(refused)
        except smtplib.SMTPResponseException as error:
            return Outcome(
                "never" if error.smtp_code >= _PERMANENT else "again", _text(error.smtp_code, error.smtp_error)
            )
        except (OSError, smtplib.SMTPException) as error:
            return Outcome("again", str(error) or type(error).__name__)
        return DELIVERED

    def _message(self, mail: Mail) -> MIMEText:
        # Not EmailMessage: when it folds a header of encoded words it drops blanks between them (Python 3.11).
        message = MIMEText(mail.text, "plain", "utf-8")
        message["From"] = _address(self.sender)
        message["To"] = _address(mail.to)
        message["Subject"] = Header(one_line(mail.subject), "utf-8")  # type: ignore[assignment]  # stubs know text only
        message["Date"] = mail.date
        message["Message-ID"] = mail.message_id
        # Keeps out-of-office answers away from the mailbox of the system (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host = parts.hostname or "localhost"
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=self.timeout)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def sender_of(url: str, default: str) -> str:
    """Return the sender's address that an SMTP URL names by `?from=`, else the default."""
    return parse_qs(urlsplit(url).query).get("from", [default])[0]


def one_line(text: str) -> str:
    """Return a text with a blank for each run of blanks, line breaks and control characters, as a header folds them."""
    return _BREAKS.sub(" ", text).strip()


def _address(text: str) -> str:
    """Return the address of a header.

    Raises:
        ValueError: a line break, which would let the text add headers of its own.
    """
    if "\r" in text or "\n" in text:
        raise ValueError("a line break in a header")
    return text


def _refused(refused: smtplib.SMTPRecipientsRefused) -> Outcome:
    code, answer = next(iter(refused.recipients.values()))
    return Outcome("never" if code >= _PERMANENT else "again", _text(code, answer))


def _text(code: int, answer: bytes | str) -> str:
    words = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    # Servers repeat the address in their answer; it must not get into the log.
    return f"SMTP {code} {_ADDRESS.sub('<…>', words)}"[:300]
