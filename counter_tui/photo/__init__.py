"""The applicant's photo: found, checked, cropped, looked at, kept. Free of charge.

Pictures are opened in a child that ends: the library for them stays out of the terminal.
"""
