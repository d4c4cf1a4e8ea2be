"""What people look for, written before the search: reports beside those of the demonstration, and queries with what
each must and must not find.

`queries.tsv`: kind; query; keys of reports that must be found; keys that must not; what a report must say, as an
expression over its own words, to count as fitting. `{key}` stands for the code of a report, `{key:compact}` for the
same without hyphen, `{key:blanks}` with blanks, `{key:serial}` for its last seven digits. Queries of the kind `nfd`
are typed with marks as characters of their own.
"""
