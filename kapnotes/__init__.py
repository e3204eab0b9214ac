"""Session notes for ketamine-assisted psychotherapy: the chain of each infusion, as one thing.

The floor plan. An import only ever points to a lower floor; `tests/house/` holds it to that.

7  `web/`      the doors: one thin blueprint file per place in the product
7  `cli/`      the same doors for the command line; beside it `serve.py`, behind `make run`
7  `worker.py` work that nobody waits for
6  `actions/`  what people do: one file per noun, one function per verb
5  `exchange/` what other systems read
5  `paper/`    what is printed: gather, draw, print
4  `records/`  what is remembered: tables and named queries
3  `audit/`    what happened: events, trail, seal, sentences
2  `access/`   who may do what, and how far they see
1  `library/`  what each note and record asks
1  `db.py`     the one connection; beside it `engine.py`, `cipher.py` and `column.py`
1  `ring.py`   the key ring as the database keeps it
1  `owner.py`  who changes the tables; beside it `grants.py`, and `retry.py`
1  `trouble.py` what is the matter with the database
1  `dump.py`   a database as bytes; beside it `parcel.py`, a file that opens whole or not at all
0  `key_file.py` where the root key lies; beside it `recovery_key.py`, the way back to it
0  `private_file.py` files that their owner alone reads; beside it `presence.py`: who is here
0  `keys.py`   the one key ring; beside it `page_key.py`, for a page that is locked
0  `forms/`    from one definition: read, check, score, show, compare
0  `clinic/`   what must be true in the clinic
0  `settings.py` every setting; beside it `unsafe.py` and `database_address.py`: what is refused
0  `log.py`    what is logged; beside it `figures.py`, what is counted
"""
