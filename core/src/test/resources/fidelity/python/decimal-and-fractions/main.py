from decimal import Decimal, getcontext
from fractions import Fraction

print(getcontext())
print(Decimal(1) / 3, Decimal("0.1") + Decimal("0.2"), 0.1 + 0.2, Fraction(3, 7) + 1)
print(2**200, float("inf"), -0.0, round(2.5), 7 // -2, divmod(-7, 3), 1e22, 1.0e-7)
Decimal(1) / 0
