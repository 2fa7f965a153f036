"""Sheets that people fill in the tools they have, and what is read back from them.

A `Form` says what is asked of whom; `writing` makes an XLSX of it, `reading` takes the filled file
back, cell by cell: what can be used is used, and every mistake is told once.
"""
