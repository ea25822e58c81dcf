import sys

print(sys.argv, sys.path[0], sys.flags.isolated, sys.flags.ignore_environment, sys.orig_argv[1:])
