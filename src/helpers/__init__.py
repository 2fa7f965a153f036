"""Best-customer segmentation: from raw exports to a published quarter.

Layers, lowest first: foundation (``errors``, ``quarter``, ``study``, ``tables``, ``workspace``),
``collect``, ``metrics``, ``segments``, ``priority``, ``report``, ``run``. A module imports only
from its own layer or from one before it.
"""

__version__ = "0.1.0"
