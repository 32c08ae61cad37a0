"""A node that really runs pods: containerd and a kubelet in Linux namespaces of their own.

Only tests that need pods start it (`Environment.start(node=True)`); it needs root. The API server
stays where it always is. `node.py` is what an environment holds; `outer.py` and `inner.py` run as
processes, one on each side of the namespaces; `relay.py` carries connections between the networks.
"""
