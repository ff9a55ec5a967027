"""The words of the contract as types: frozen values that know nothing beyond themselves.

Everyone knows the model; the model knows no one. Ids are `NewType`s of `str`, every datetime is aware, sequences are tuples.
"""
