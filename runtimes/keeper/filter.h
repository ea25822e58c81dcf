#pragma once

#include <stdio.h>

/* Returns an exit code; what goes wrong is reported on stderr. */
int filter_write(FILE *rules, const char *path);
