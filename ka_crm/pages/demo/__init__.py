"""The demo company: real tequila purchases of Iowa's stores, with one supplier as "us".

``source`` reads the public files, ``names``, ``chains``, ``geography``, ``people`` and ``visits`` are pure
and decide what is made of them, ``loader`` writes it to the database. Provenance: ``docs/demo.md``.
"""
