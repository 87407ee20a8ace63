"""A contract's checks in the language of Great Expectations.

``suite.suites``            the checks of each table as an ExpectationSuite, loaded by any user of GX 1.x
``frame.table_frame``       the table to run it on: text as submitted, and yes/no columns for what a suite cannot say
``writing.write_suites``    both, as files
``data_docs.data_docs``     runs GX in a process of its own and keeps its pages as a folder that needs no network

GX is imported in ``child`` only, which is a process of its own: it takes seconds to import, and can end the process that does.
"""
