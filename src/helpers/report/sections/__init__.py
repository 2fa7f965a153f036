"""What each section of the five notebooks shows: its finding, tables and charts.

One function per section: it takes the tables that the notebook computed, keeps the exhibits and
returns them as a page, the finding first. Nothing is computed here beyond what a sentence counts.
"""
