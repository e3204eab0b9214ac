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
1  `db/`       the one connection, who may change its tables, what is done again, its copies
0  `keys/`     the one key ring, and the way back to a root key that was lost
0  `forms/`    from one definition: read, check, score, show, compare
0  `clinic/`   what must be true in the clinic
0  `settings.py` every setting
0  `ground/`   what is looked at before anything starts, and what is logged and counted
"""
