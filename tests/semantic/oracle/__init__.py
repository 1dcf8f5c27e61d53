"""A slow, obvious evaluator of semantic queries over lists of rows, written from the invariants of the semantic layer.

It shares the words of a catalog and of a query with the compiler, and nothing else: no SQL, no plan, no lowering.
Random worlds and questions are answered by both, and their answers are compared.
"""
