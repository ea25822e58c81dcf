/* Whether this host can make sandboxes: tried by making one. */
#pragma once

/* FOLDER is where images are unpacked. Returns 0, or says on stderr what the host does not allow, and returns another exit status. */
int trial(const char *folder);

/* What the sandbox of a trial runs. */
int trial_program(void);
