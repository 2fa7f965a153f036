"""Where the SQL of a study file runs: it reads the study's own tables, and reaches nothing else.

* `reading`: what a study may write, one SELECT or one condition, judged by DuckDB's own parser.
* `closed`: databases that reach no file, no network, no extension and no setting; bounds in time.
* `foreign`: the same judgement for the SQL of PostgreSQL and Spark, as far as it can be held.
* `places`: which files and folders a study may name.

`docs/safety.md` says what is protected and what is not.
"""
