# Takes memory and touches it.
kept <- list()
repeat kept[[length(kept) + 1]] <- numeric(2e6) + 1
