/* What is there before the program stays to the end: no collection has to look at it, neither the program's own nor those at its end. */
void collector_pass_over_all(void);
