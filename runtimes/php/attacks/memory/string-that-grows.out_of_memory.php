<?php
// Takes memory and touches it, past PHP's own bound.
ini_set('memory_limit', '-1');
for ($kept = [];;) $kept[] = str_repeat('x', 16 << 20);
