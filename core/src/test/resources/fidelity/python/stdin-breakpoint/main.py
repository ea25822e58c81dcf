total = 6 * 7
breakpoint()
print("after", total)
