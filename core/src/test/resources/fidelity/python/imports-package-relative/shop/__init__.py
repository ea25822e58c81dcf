from .prices import price
from . import stock

__all__ = ["price", "stock"]
print("shop", __name__, __package__, __path__)
