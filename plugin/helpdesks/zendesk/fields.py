"""Reading what Zendesk sends: events carry ids as texts, statuses in upper case and "0" or "" for nothing; the API
carries numbers, lower case and null. Nothing in that is Zendesk's alone."""

from plugin.documents import Part, answer_of, header, read_document, read_instant

__all__ = ["Part", "answer_of", "header", "read_document", "read_instant"]
