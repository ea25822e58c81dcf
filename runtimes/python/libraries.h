/* Before and after the libraries are imported that are to stay as they are when the interpreter ends. */
void libraries_before(void);
void libraries_loaded(void);
