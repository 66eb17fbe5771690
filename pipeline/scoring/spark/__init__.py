"""Scoring on many machines: Apache Spark reads, shares out and writes; Python only reads records and scores.

The driver lists the input (``inputs``), has Spark number its records as the local readers do (``numbering``), lets
the workers settle ids and score (``worker``), and writes three tables and ``score.json`` (``outputs``); ``run`` is
the door and ``session`` starts Spark. pyspark is imported by ``session`` alone: it is an optional extra.
"""
