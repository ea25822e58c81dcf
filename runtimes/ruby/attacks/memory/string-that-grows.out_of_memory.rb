# Takes memory and touches it.
kept = []
loop { kept << "x" * (16 << 20) }
