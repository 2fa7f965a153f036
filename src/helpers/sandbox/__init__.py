"""What the SQL and the paths of a study file may reach: the tables and files that it names.

* `reading`: what a study may write, one SELECT or one condition, judged by DuckDB's own parser.
* `closed`: databases that reach no file, no network, no extension and no setting; bounds in time.
* `foreign`: the SQL of servers, warehouses and SQLite, refused where `sqlglot` reads what is known
  to reach further: a list of what is refused, not of what is allowed. The server's rights decide.
* `places`: which files and folders a study may name.

`docs/safety.md` says what is protected and what is not.
"""
