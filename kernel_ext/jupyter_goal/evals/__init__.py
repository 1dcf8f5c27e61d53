"""How good it is, measured on sets that others made: each module runs one kind of set and says what was right.

A set is a folder that stays where it is. A refusal is not a wrong number: right, wrong and refused are counted apart.
"""
