"""What is kept, as flat rows of whole numbers and text: the form that every store shares.

``columns`` turns values into columns and back; ``trade``, ``ledger`` and ``rates`` have two plain
functions for each kind of aggregate; ``shapes`` lists the kinds. A store of one's own that keeps
these rows gets every limit, refusal and seal of ours with them.
"""
