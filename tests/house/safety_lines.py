"""Every line of safety that has to hold, under its key; docs/safety.md is drawn from here.

A key begins with the anchor in a public rule (ONC: 45 CFR 170.315; HIP: 45 CFR 164; ASVS: OWASP
ASVS 5.0.0) or with KAP for a line of our own. A test that proves a line names its key in
`@pytest.mark.safety`; a line that no test proves says in OPEN why.
"""

LINES: dict[str, dict[str, str]] = {
    "Who gets in": {
        "ONC-d1/guarded-doors": (
            "No page without a person who is signed in; the few open doors are listed with their "
            "reasons"
        ),
        "HIP-312.a2i/own-account": "Everybody has an account of their own; none comes built in",
        "ONC-d1/disabled": (
            "An account that did something is disabled, never deleted, and ends at once"
        ),
        "ASVS-6.2/passwords": "Passwords: argon2id, 12 to 1,024 characters, easy ones refused",
        "ASVS-6.3/alike": (
            "Known and unknown accounts answer alike; tries are slowed down; a stranger locks "
            "nobody out"
        ),
        "ONC-d13/second-factor": (
            "A second factor for every role that reads notes, outside a demo practice: a passkey "
            "or a code of an authenticator app"
        ),
        "ASVS-6.5/code-once": "A code opens once, also for two who type it at the same moment",
        "ASVS-6.4/recovery-codes": "Recovery codes open once each and are shown once",
        "ASVS-6.4/reset": (
            "An administrator starts a reset and never chooses a secret; the last administrator's "
            "needs a second person"
        ),
        "ASVS-7.5/fresh-factor": (
            "A factor of the last five minutes before signing, exporting, emergency access and a "
            "change of factors"
        ),
        "ASVS-7.2/sittings": (
            "A sitting is a row on the server, of which only a hash is kept; its id is new at each "
            "sign-in"
        ),
        "ONC-d5/absolute-end": "A sitting ends after 12 hours, whatever happens",
        "ONC-d5/idle-lock": (
            "Fifteen minutes without a person's input lock the screen; what a page does by itself "
            "is no input"
        ),
        "ONC-d5/text-back": (
            "A lock takes the text out of the page and one factor brings exactly that text back"
        ),
        "ONC-d5/live-session": (
            "The live session stays usable for three hours: a short code opens it on this device "
            "in this sitting alone"
        ),
        "ASVS-7.4/ended-at-once": (
            "Signing out, disabling, or a changed password or factor end a sitting at once"
        ),
        "ASVS-7.5/own-sittings": "One's own sittings are listed, and can be ended",
        "ASVS-3.5/forgery": "Changes need the form's token and come from our own page",
        "ASVS-3.4/headers": "Headers protect every answer; nothing is kept by the browser",
        "ASVS-3.4/policy": "No page breaks its content policy in any journey",
        "ASVS-3.3/cookies": "Cookies are ours alone, and nobody's script reads them",
        "ASVS-4.1/proxies": (
            "A foreign host is refused, and forwarded headers count only from a configured proxy"
        ),
        "ASVS-14.3/back-button": "After signing out the back button shows nothing",
        "ASVS-13.4/refuses-to-start": (
            "Unsafe settings and readable key or database files are refused at start"
        ),
        "ASVS-15.2/scanned": "An independent scanner finds nothing at medium or above",
    },
    "Who sees what": {
        "ONC-d1/reach": (
            "Every query is narrowed by the reader's reach: care team, supervised people, nobody"
        ),
        "ONC-d1/link-ends": (
            "A supervision link counts from its day to its end, on the next request; after it "
            "every door answers as for what does not exist"
        ),
        "ONC-d1/deputy": (
            "A deputy reaches what an absent supervisor does, in the absence and at no other time"
        ),
        "ASVS-8.2/not-there": (
            "Out of reach is the same 404 as not there, byte for byte; in reach but not permitted "
            "is a 403 with its reason; both are events"
        ),
        "ASVS-8.1/table": (
            "The table of role, route and ownership covers every door, and every parameter that "
            "takes an id"
        ),
        "ASVS-15.3/mass-assignment": (
            "Forms take only the fields that they name: author, state, time and id that are posted "
            "change nothing"
        ),
        "KAP/own-draft": "A draft is its author's",
        "KAP/medical-edition": (
            "Medical professionals do not read integration notes, on paper either"
        ),
        "HIP-501/process-notes": (
            "Process notes: own table, own key, the author alone; in no document"
        ),
        "ONC-d11/disclosures": (
            "Each hand-out and export stands in the patient's list of disclosures, with recipient "
            "and purpose, before it leaves"
        ),
        "ONC-d6/emergency": (
            "Emergency access: one patient, one hour, with a reason, and an item that somebody "
            "closes"
        ),
        "ONC-d6/emergency-limits": (
            "Emergency access opens no process note, not even one's own of earlier, and no act on "
            "a note"
        ),
        "ONC-d4/amendments": (
            "Amendments asked for by a patient are kept with every answer, and stand with the "
            "record on paper"
        ),
        "ONC-d3/unusual": "Unusual access is raised once, and closed by another person",
        "HIP-508/grants": "Time-limited grants for process notes",
    },
    "What cannot be changed or lost": {
        "ONC-d2/events": (
            "Every look, change and refusal is an event; it is kept in the same transaction or "
            "nothing is"
        ),
        "ONC-d2/no-words": "No text of a note and no name stands in the trail",
        "ONC-d3/mutations": (
            "The trail shows a flip, a drop, a swap, an insertion, a doubling, a cut, a roll-back "
            "and a rewrite with right hashes, and names the first bad entry"
        ),
        "ONC-d8/signature": (
            "A signature is over exactly the text that was shown, by its author, and nobody co- "
            "signs their own"
        ),
        "KAP/cosignature": (
            "No order of acts skips a co-signature, and nobody approves their own note"
        ),
        "KAP/two-at-once": (
            "Of two decisions in one moment one stands; a link that ends then ended before or ends "
            "after"
        ),
        "ONC-d8/locked": "What is signed cannot change, by the database too",
        "KAP/drafts": "A draft comes back to the letter; a late save overwrites nothing",
        "KAP/saved-means-committed": '"Saved" is said after the commit, "NOT saved" when it is not',
        "KAP/killed": "Nothing that was reported saved is lost when the server is killed",
        "KAP/disk-full": "Nor when the disk is full, the folder read-only or the database locked",
        "KAP/restarted": "Nor when PostgreSQL restarts or the clock is turned",
        "ONC-d10/signed-heads": "Signed heads of the trail stand in PDFs and reports",
        "KAP/seal": "PDFs are sealed, and told as changed after any change",
        "KAP/verify": "Checking a document tells a stranger nothing of the patient",
        "ASVS-5.2/foreign-files": (
            "A file from outside is read in a process of its own, within limits"
        ),
        "ONC-d8/proof": (
            "Everything that is signed is worked out again, and stands in the trail; so does what "
            "the trail says was signed"
        ),
        "HIP-312.a2iv/no-traces": (
            "Nothing of a process note stands in any file: data, temporary files, logs, the "
            "database's own"
        ),
        "HIP-312.a2iv/no-plain-words": "What is typed stands in no table in plain words",
    },
    "Backups": {
        "HIP-308.a7/backup": (
            "A backup is taken while people work, is encrypted, holds no key, and is proven by "
            "restoring it"
        ),
        "HIP-308.a7/schedule": "Backups are taken and thinned out by a plan that a setting gives",
        "HIP-308.a7/half-file": (
            "A backup or a restoring that was cut off is never taken for a whole one"
        ),
        "KAP/migration": (
            "A migration of a large practice that is killed half-way resumes or rolls back whole"
        ),
    },
    "Keys": {
        "ONC-d7/whole-file": "The embedded file is encrypted as a whole",
        "ONC-d7/sealed-values": (
            "Narrative is sealed per patient on both databases, each value in its place: moved, "
            "swapped or put back it does not open"
        ),
        "ASVS-11.1/rotation": (
            "The root key can be changed; killed at any step, the practice can still be read"
        ),
        "HIP-312.a2ii/recovery-key": "A recovery key, shown once, brings a lost root key back",
        "ASVS-8.4/database-role": (
            "On PostgreSQL the application has no right to change tables, the trail or what is "
            "signed"
        ),
        "ASVS-12.3/database-tls": "A PostgreSQL elsewhere is spoken to over checked TLS only",
        "KAP/retry": "A conflict in the database is tried again as a whole act, with one event",
    },
    "Input": {
        "ASVS-2.2/bad-input": (
            "What cannot be taken is said beside its field; nothing typed is lost, nothing is "
            "changed"
        ),
        "ASVS-1.2/markup": "Text is never markup, on pages and on paper",
        "ASVS-1.2/cells": "A cell of a CSV file is never a formula",
        "ASVS-1.3/fetches": "A document fetches nothing from anywhere",
        "ASVS-4.3/bodies": "Bodies are bounded; an error shows a number and nothing of the inside",
        "ASVS-15.1/document-limits": "A document has limits of time and memory",
    },
    "Watching": {
        "KAP/ready": "The health addresses tell the truth about database, keys, printer and disk",
        "ASVS-16.2/logs": "No log line holds a text, a name, a token or what was asked for",
        "ASVS-16.2/figures": "The figures for watching are behind a token and hold no patient data",
        "KAP/load": "Fifty people at work wait for nobody: `make load`",
    },
}

OPEN: dict[str, str] = {
    "HIP-508/grants": "There are none. A process note is read by its author and by nobody else",
    "KAP/load": "Measured by a command, see docs/load.md; no timed test",
}
"""What is left open of a line, and why."""

REMARKS: dict[str, str] = {
    "ONC-d3/mutations": "Without the verifier's memory it may only bound the place",
    "ONC-d8/proof": "The name under a signature, as words, is covered by no digest",
    "HIP-312.a2iv/no-plain-words": "Shown for the ten texts that the test types",
    "ONC-d7/sealed-values": (
        "Names, dates, figures and states are not sealed, see [the "
        "decision](decisions/2026-11-23-sealed-attributes.md). The name of a chart audit and the "
        "answers of a hand-over change without a version of their own: whoever writes to the "
        "database can put back an older one of the same row"
    ),
}
"""What the table says beside the tests."""
