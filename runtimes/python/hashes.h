/* The seed of an interpreter's hashes is its own, although its memory may be a copy of another's. */
void hashes_remember(void);   /* before the interpreter starts */
void hashes_wait(void);       /* when it waits for its program: copies are made here */
void hashes_keep(void);       /* no copy, or one that is to keep its seed */
void hashes_reseed(void);     /* a copy, before its program begins */
