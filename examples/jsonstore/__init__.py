"""A store that is not SQL: one file of JSON lines, one line for each unit of work.

The first line names the format; each later one holds the audit record of a unit of work and the
rows that it wrote. Opening reads the whole file; a commit appends one line and waits until it is
on the disk. A line that was torn by a failure has no end, was never acknowledged, and is cut off.

Everything is kept as the flat rows of `fxcrm.records`, in memory and in the file, so that limits,
refusals and seals are those of the stores that come with the library. One process uses the file.
"""

from examples.jsonstore.store import JsonStore

__all__ = ["JsonStore"]
