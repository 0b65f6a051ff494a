"""Central banks and one commercial feed, asked over HTTP (F9).

=======================  ==================================================================
``http``                 `HttpDocuments`: gets one document within seconds and bytes
``documents``            reads JSON and XML from outside; what does not fit is refused
``published``            prices as a document states them, checked together, as a table
``ecb``                  European Central Bank: the day, ninety days, the history
``bankofcanada``         Bank of Canada, Valet: CAD for 1 foreign
``cnb``                  Czech National Bank: CZK for 1, 100 or 1000 foreign
``nbp``                  National Bank of Poland: PLN for 1 foreign, middle, or bid and ask
``openexchangerates``    Open Exchange Rates: foreign for 1 USD, with a key
=======================  ==================================================================

A feed never asks for a document by itself: it is given an `HttpDocuments` (extra ``http``), or
whatever else has the shape of `documents.Documents`. A document is taken whole or refused whole.
"""
