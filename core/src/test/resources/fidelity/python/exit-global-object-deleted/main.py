class Last:
    def __del__(self):
        print("deleted at the end")


last = Last()
print("end of main")
