print("late", __file__)
