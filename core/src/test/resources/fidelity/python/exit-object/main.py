class Reason:
    def __str__(self):
        return "because"


raise SystemExit(Reason())
