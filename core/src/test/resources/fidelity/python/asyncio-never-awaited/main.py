async def forgotten():
    print("never")


forgotten()
print("end")
