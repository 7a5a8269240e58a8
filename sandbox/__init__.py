"""Stand-ins for the vendors, over HTTP: for `make demo` and for end-to-end tests. Imports nothing of the product.

Written from the vendors' own documentation, so that the product is tried against what vendors do and not
against what its adapters expect.
"""
