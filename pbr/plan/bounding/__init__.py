"""What every value of a plan surely lies between: bounds that no table of data can leave."""

from pbr.plan.bounding.bounds import Bounds, Might
from pbr.plan.bounding.intervals import Interval

__all__ = ["Bounds", "Interval", "Might"]
