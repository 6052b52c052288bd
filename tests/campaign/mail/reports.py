"""Reports of mail that came back, in the shapes that servers write. Every address is invented."""

TOKEN = "d5-abcdefghijklmnopqrstuvwxyz"
SENT_TO = f"bounces+{TOKEN}@letters.example"
READER = "brigid@quayside.example"
DATE = "Mon, 30 Nov 2026 10:00:00 +0000"


def returned_headers(token: str = TOKEN) -> str:
    return f"""Return-Path: <bounces+{token}@letters.example>
From: Undersigned <letters@letters.example>
To: {READER}
Subject: Please confirm
Message-ID: <delivery-5.abcdefghijklmnopqrstuv@letters.example>
CFBL-Feedback-ID: {token}
"""


def postfix(
    *,
    token: str = TOKEN,
    to: str = "",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = f"smtp; 550 5.1.1 <{READER}>: Recipient address rejected: User unknown",
    date: str = DATE,
) -> bytes:
    fields = [f"Final-Recipient: rfc822; {READER}", f"Original-Recipient: rfc822;{READER}"]
    fields += [f"Action: {action}"] if action else []
    fields += [f"Status: {status}"] if status else []
    fields += [f"Diagnostic-Code: {diagnostic}"] if diagnostic else []
    told = "\n".join(fields)
    return f"""Return-Path: <>
Received: by mail.quayside.example (Postfix)
\tid 4Bqk; {date}
Date: {date}
From: MAILER-DAEMON@mail.quayside.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to or f"bounces+{token}@letters.example"}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4Bqk.1/mail.quayside.example"
Message-Id: <20261130100000.4Bqk@mail.quayside.example>

This is a MIME-encapsulated message.

--4Bqk.1/mail.quayside.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<{READER}>: host mx.quayside.example said: 550 5.1.1 User unknown

--4Bqk.1/mail.quayside.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.quayside.example
X-Postfix-Queue-ID: 4Bqk
Arrival-Date: {date}

{told}
Remote-MTA: dns; mx.quayside.example

--4Bqk.1/mail.quayside.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

{returned_headers(token)}
--4Bqk.1/mail.quayside.example--
""".encode()


def exchange(token: str = TOKEN) -> bytes:
    """Headers folded, names of its own, and the whole mail within."""
    return f"""From: postmaster@quayside.example
To: <bounces+{token}@letters.example>
Date: {DATE}
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="_9B096B46-5F82-4A08-BE02_"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: en-US
Subject: Undeliverable: Please confirm
Auto-Submitted: auto-replied

--_9B096B46-5F82-4A08-BE02_
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="inner_"

--inner_
Content-Type: text/plain; charset="us-ascii"

Your message couldn't be delivered.

--inner_
Content-Type: text/html; charset="us-ascii"

<p>Your message couldn't be delivered.</p>

--inner_--

--_9B096B46-5F82-4A08-BE02_
Content-Type: message/delivery-status

Reporting-MTA: dns;HOST01.quayside.example
Received-From-MTA: dns;mail.letters.example
Arrival-Date: {DATE}

Final-Recipient: rfc822;{READER}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient
 {READER} not found by SMTP address lookup

--_9B096B46-5F82-4A08-BE02_
Content-Type: message/rfc822

{returned_headers(token)}
Please confirm.

--_9B096B46-5F82-4A08-BE02_--
""".encode()


def gmail(token: str = TOKEN) -> bytes:
    """With a picture, and a diagnosis of several lines."""
    return f"""Return-Path: <>
Delivered-To: bounces+{token}@letters.example
From: Mail Delivery Subsystem <mailer-daemon@mailhost.example>
To: bounces+{token}@letters.example
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
Date: {DATE}
Content-Type: multipart/report; boundary="00000000000012d4"; report-type=delivery-status

--00000000000012d4
Content-Type: multipart/related; boundary="0000000000001300"

--0000000000001300
Content-Type: text/plain; charset="UTF-8"

** Address not found **

--0000000000001300
Content-Type: image/png; name="icon.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--0000000000001300--
--00000000000012d4
Content-Type: message/delivery-status

Reporting-MTA: dns; mailhost.example
Arrival-Date: {DATE}

Final-Recipient: rfc822; {READER}
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.quayside.example
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not
 exist. Please try double-checking the recipient's email address for typos.
 550 5.1.1 unnecessary spaces
Last-Attempt-Date: {DATE}

--00000000000012d4
Content-Type: message/rfc822

{returned_headers(token)}
Please confirm.
--00000000000012d4--
""".encode()


def bare(token: str = TOKEN) -> bytes:
    """No more than RFC 3464 asks for: nothing is returned."""
    return f"""To: bounces+{token}@letters.example
Date: {DATE}
Content-Type: multipart/report; report-type="delivery-status"; boundary=b

--b

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; a.example

Final-Recipient: rfc822; {READER}
Action: failed
Status: 5.1.1
--b--
""".encode()


def complaint(feedback: str = "abuse", token: str = TOKEN) -> bytes:
    """ARF, to the address that is registered for complaints: only the headers know the mail."""
    return f"""From: <complaints@mailhost.example>
To: <complaints@letters.example>
Date: {DATE}
Subject: FW: Please confirm
Content-Type: multipart/report; report-type=feedback-report; boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {feedback}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <redacted@quayside.example>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

{returned_headers(token)}
Please confirm.
--part1--
""".encode()


def quoted(token: str = TOKEN) -> bytes:
    """A reader's own words, in which a whole report is quoted: none itself."""
    return (
        f"To: bounces+{token}@letters.example\nSubject: Is this mine?\n"
        "Content-Type: multipart/mixed; boundary=outer\n\n--outer\n\nLook:\n--outer\n"
        "Content-Type: message/rfc822\n\n"
    ).encode() + postfix(token=token)
