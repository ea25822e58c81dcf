try:
    {}["key"]
except KeyError:
    raise LookupError("nothing else to see") from None
