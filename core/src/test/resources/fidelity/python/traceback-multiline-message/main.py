class Odd(Exception):
    def __str__(self):
        return "line one\nline two\tünï\x1b[0m \udc80"


raise Odd()
