from .data import table, total

count = len(table.TABLE)
sum_of_tea = total.of('tea', 'tea')
