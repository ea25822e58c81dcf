while True:
    try:
        print("got", input("> "))
    except EOFError as error:
        print("end:", error)
        break
