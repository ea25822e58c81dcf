# Has a pattern with many double stars, and a deep folder that it nearly matches.
# limits: wall-time=2s
# outputs: **/**/**/**/**/**/**/**/none
import os

deep = '/'.join(['a'] * 31)
os.makedirs(deep)
for number in range(300):
    open(f'{deep}/{number}', 'w').close()
