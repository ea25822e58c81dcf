# Has a pattern with many stars, and names that it nearly matches: each star may stand for anything, in every combination.
# limits: wall-time=2s
# outputs: *a*a*a*a*a*a*a*a*a*b
for number in range(300):
    open('a' * 240 + str(number), 'w').close()
