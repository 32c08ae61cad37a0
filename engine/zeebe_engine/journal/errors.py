"""Why a journal cannot be used or written: texts for people, with the file and the remedy.

JournalError
└── JournalFullError   nothing was written, and it is worth trying again
"""


class JournalError(Exception):
    pass


class JournalFullError(JournalError):
    pass
