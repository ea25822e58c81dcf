# Keeps its data in one variable.
# limits: memory=48m
all=x
while :; do all=$all$all; done
