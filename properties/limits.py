"""A limit on the time of one call: the runtime's, under the name that the rooms above know."""

from ..runtime.limits import OutOfTime, interruptible, limited, shorter

__all__ = ["OutOfTime", "interruptible", "limited", "shorter"]
