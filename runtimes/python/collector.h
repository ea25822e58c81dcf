/* What is there before the job stays to the end: no collection has to look at it, neither the program's own nor those at its end. */
void collector_pass_over_all(void);
