from ..prices import price
